"""Projects and files as the catalogue keeps them, and the identity of a file name."""

from dataclasses import dataclass
from datetime import datetime

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import Status

#: States in which a project takes no new files (PEP 792).
CLOSED: frozenset[Status] = frozenset({"archived", "quarantined"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of an index. ``id`` is the row that its files point to."""

    id: int
    index: str
    name: NormalizedName
    serial: int
    status: Status = "active"
    status_reason: str | None = None


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


def filename_identity(filename: str) -> str:
    """What two names share that some client would take for one file: case and the project's separators."""
    stem, dash, rest = filename.partition("-")
    return f"{stem.replace('.', '_').replace('-', '_')}{dash}{rest}".lower()
