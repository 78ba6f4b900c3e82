"""What a user says in the place of a package's broken metadata: ``[[tool.bodega.metadata]]``."""

from dataclasses import dataclass

from bodega.formats.names import NormalizedName


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticMetadata:
    """Metadata of one version of a project, or of all (``version`` is ``None``).

    ``requires_python`` is ``None`` where what index and package say of it still counts.
    """

    name: NormalizedName
    version: str | None = None
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()
