"""Facts about the catalogue. ``subject`` is the project's normalized name."""

from dataclasses import dataclass
from typing import ClassVar

from bodega.messaging.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePublished(Event):
    """A file became part of a release. ``by`` is the name of the token that did it."""

    type: ClassVar[str] = "catalog.file-published.v1"

    index: str
    version: str
    filename: str
    sha256: str
    size: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRefused(Event):
    """An upload by a valid token was refused; ``codes`` say why, ``subject`` the project that it named."""

    type: ClassVar[str] = "catalog.upload-refused.v1"

    index: str
    filename: str
    codes: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseYanked(Event):
    """Files of a release are not to be chosen any more but by an exact pin."""

    type: ClassVar[str] = "catalog.release-yanked.v1"

    index: str
    version: str
    files: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseUnyanked(Event):
    """Files of a release may be chosen again."""

    type: ClassVar[str] = "catalog.release-unyanked.v1"

    index: str
    version: str
    files: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDeleted(Event):
    """Files of a release are gone for good."""

    type: ClassVar[str] = "catalog.release-deleted.v1"

    index: str
    version: str
    files: tuple[str, ...]
    reason: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleasePromoted(Event):
    """Files of a release of one index became part of another index, ``to``, too."""

    type: ClassVar[str] = "catalog.release-promoted.v1"

    index: str
    to: str
    version: str
    files: tuple[str, ...]
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectStatusSet(Event):
    """A project got another status, or another reason for it."""

    type: ClassVar[str] = "catalog.project-status-set.v1"

    index: str
    status: str
    reason: str | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamGranted(Event):
    """A project may stand beside its namesake of an upstream."""

    type: ClassVar[str] = "catalog.upstream-granted.v1"

    index: str
    by: str
