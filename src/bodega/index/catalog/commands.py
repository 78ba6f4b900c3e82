"""Orders to the catalogue."""

from dataclasses import dataclass

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName, ProjectName
from bodega.messaging.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFile(Command):
    """Make a file, whose bytes are in the blob store, part of a release.

    ``kind`` is ``wheel`` or ``sdist``. ``metadata`` is the digest of a wheel's core metadata, ``provenance``
    that of the attestations, each stored as a blob of its own. ``by`` names the token. ``into_closed``: also
    into a release that takes no new files any more, as whoever runs the index may.
    """

    index: str
    project: ProjectName
    version: str
    filename: str
    kind: str
    digest: Digest
    size: int
    requires_python: str | None
    metadata: Digest | None
    by: str
    md5: str | None = None
    blake2_256: str | None = None
    into_closed: bool = False
    provenance: Digest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseAct(Command):
    """An order about a release; ``version`` may be written in any way that PEP 440 takes for the same."""

    index: str
    project: NormalizedName
    version: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class YankRelease(ReleaseAct):
    """Mark a release's files, or the one of ``filename``: to be chosen by exact pins alone (PEP 592)."""

    reason: str = ""
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnyankRelease(ReleaseAct):
    """Take the mark away from a release's files, or from the one of ``filename``."""

    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRelease(ReleaseAct):
    """Delete a release's files, or the one of ``filename``; their names stay used for ever."""

    reason: str = ""
    filename: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteRelease(ReleaseAct):
    """Publish all files of a release in the index ``to`` as well: the same bytes, not stored again."""

    to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SetProjectStatus(Command):
    """Give a project a status of PEP 792, with the reason that readers are told."""

    index: str
    project: NormalizedName
    status: str
    reason: str | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantUpstream(Command):
    """Let the upstream's namesake of a project stand beside it, file by file."""

    index: str
    project: NormalizedName
    by: str
