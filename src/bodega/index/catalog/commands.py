"""Orders to the catalogue."""

from dataclasses import dataclass

from bodega.formats.digests import Digest
from bodega.formats.names import ProjectName
from bodega.messaging.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishFile(Command):
    """Make a file, whose bytes are in the blob store, part of a release.

    ``kind`` is ``wheel`` or ``sdist``; ``metadata`` the digest of its core metadata, stored as a blob of
    its own where the file is a wheel. ``by`` names the token.
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
