"""Projects and files as the catalogue keeps them."""

from dataclasses import dataclass
from datetime import datetime

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import Status

#: States in which a project takes no new files (PEP 792).
CLOSED: frozenset[Status] = frozenset({"archived", "quarantined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of an index. ``id`` is the row that its files point to.

    ``mixes_upstream``: its namesake of an upstream was granted to stand beside it.
    """

    id: int
    index: str
    name: NormalizedName
    typed_name: str
    serial: int
    status: Status = "active"
    status_reason: str | None = None
    mixes_upstream: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file on its way into the catalogue. ``md5`` and ``blake2_256`` are for readers who want them."""

    filename: str
    kind: str
    digest: Digest
    size: int
    upload_time: datetime
    requires_python: str | None
    metadata: Digest | None
    serial: int
    by: str
    md5: str | None = None
    blake2_256: str | None = None
    provenance: Digest | None = None


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that is listed. ``yanked`` is ``None``, or the reason, possibly empty (PEP 592)."""

    version: str
    yanked: str | None
    file: PublishedFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChange:
    """What an act on a release came down to; ``files`` are those that it changed, none if it was so before.

    ``version`` is written as the release's owner wrote it; ``serial`` is that of the project after the act.
    """

    index: str
    project: NormalizedName
    version: str
    files: tuple[str, ...]
    serial: int
