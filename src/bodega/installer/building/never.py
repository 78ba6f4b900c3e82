"""The builder of ``BODEGA_BUILD=never``."""

from bodega.installer.building.errors import BuildNotAllowedError
from bodega.installer.locking.ports import BuiltWheel, Source


class NeverBuilds:
    """Implements ``building.ports.ProjectBuilder``: every build is refused."""

    def metadata(self, source: Source) -> bytes:
        """Refuse."""
        raise BuildNotAllowedError(source)

    def sdist(self, source: Source, folder: str) -> str:  # noqa: ARG002 - as the others
        """Refuse."""
        raise BuildNotAllowedError(source)

    def wheel(self, source: Source) -> BuiltWheel:
        """Refuse."""
        raise BuildNotAllowedError(source)
