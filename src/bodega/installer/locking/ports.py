"""What a resolution is asked, and what it asks of the building of sources, in its own words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement of the user's, and where it stands."""

    requirement: Requirement
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a wheel is built from: an archive, or a folder of sources.

    ``url`` is absolute; where ``path`` is ``None`` the archive is still to be fetched from there, and
    ``hashes`` (algorithm to hexadecimal value) holds a trusted one. ``path`` is the absolute path of the
    archive or folder, where it is on this machine already. ``filename`` is the archive's, empty for a
    folder. ``name`` and ``version`` are what the result must be called, where that is known beforehand.

    ``subdirectory`` is the part of the archive or folder that holds the project. ``editable`` asks for a
    wheel by PEP 660. ``config_settings`` are those of PEP 517, each value a text or several. ``revision``
    is the full commit id of a checkout: with it, and the ``url``, the content is settled for ever.
    """

    url: str
    filename: str = ""
    path: str | None = None
    hashes: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    name: NormalizedName | None = None
    version: str | None = None
    subdirectory: str = ""
    editable: bool = False
    config_settings: tuple[tuple[str, str | tuple[str, ...]], ...] = ()
    revision: str = ""


@dataclass(frozen=True, slots=True)
class BuiltWheel:
    """A wheel that was built, or was built before from the same: its file, and the sha256 of that."""

    path: str
    filename: str
    sha256: str


class Builder(Protocol):
    """Builds sources; may be called from any thread, and blocks until it is done.

    Raises the errors of ``installer.building.errors`` and those of downloads.
    """

    def metadata(self, source: Source) -> bytes:
        """The core metadata document; no code is run where the archive's PKG-INFO can be relied on."""

    def wheel(self, source: Source) -> BuiltWheel:
        """Build the wheel, or find that of an earlier build from the same input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A URL or path instead of versions of a project (PEP 508, 440).

    ``url`` is absolute, without fragment: ``https:``, ``file:``, or ``git+https:`` and the like, a revision
    behind ``@``. ``name`` is ``None`` where only a look inside can tell. ``hashes`` (``algorithm:value``) are
    those allowed; none: any. ``text`` and ``origin`` say how and where it was written. ``marker`` says for
    which environments it counts.
    """

    url: str
    text: str
    origin: str
    name: NormalizedName | None = None
    extras: tuple[str, ...] = ()
    subdirectory: str = ""
    hashes: frozenset[str] = frozenset()
    marker: str | None = None
    editable: bool = False
    config_settings: tuple[tuple[str, str | tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a direct reference comes down to: a distribution that is here, or can be built from what is here.

    ``metadata`` is its core metadata document. ``filename``, ``url``, ``hashes`` and ``size`` are those of
    the file, of which a folder has none. ``source`` is what is to be built, ``None`` for a wheel, which the
    store has then. ``direct_url`` is the document of PEP 610, ``None`` for what came from an index.
    """

    name: NormalizedName
    version: str
    metadata: bytes
    filename: str
    url: str
    direct_url: Mapping[str, object] | None
    hashes: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None
    source: Source | None = None


class References(Protocol):
    """Fetches what direct references name."""

    def prepare(self, reference: Reference) -> Prepared:
        """Fetch and look inside; may be called from any thread, and blocks until it is done.

        Raises the errors of ``installer.building`` and those of downloads.
        """
