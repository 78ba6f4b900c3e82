"""The engines of this release, and what depends on their kind."""

from bodega.bootstrap.settings import Settings
from bodega.content.blob_store import BlobStore
from bodega.content.sdist_archive import read_sdist
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError


class UnsupportedEngineError(BodegaError):
    """A setting names an engine that this release cannot use."""

    code = "E-SETTING-ENGINE"

    def __init__(self, key: str, value: str) -> None:
        super().__init__(f"{key} cannot be {value[:60]!r} in this release", why="leave it unset")


def refuse_other_engines(settings: Settings) -> None:
    """Raise UnsupportedEngineError where a setting names another engine than those of this release."""
    for key, usable in (("database_url", ""), ("blobs_url", ""), ("broker_url", "inprocess://")):
        if settings.text(key) != usable:
            raise UnsupportedEngineError(key, settings.text(key).partition("://")[0])


def wheel_metadata(blobs: BlobStore, digest: Digest, filename: str) -> bytes:
    """The METADATA of a stored wheel."""
    path = blobs.path(digest)
    if path is None:
        raise UnsupportedEngineError("blobs_url", "a store without files")
    return read_metadata(path, filename)


def sdist_metadata(blobs: BlobStore, digest: Digest, filename: str) -> bytes:
    """The PKG-INFO of a stored sdist."""
    path = blobs.path(digest)
    if path is None:
        raise UnsupportedEngineError("blobs_url", "a store without files")
    return read_sdist(path, filename, blobs.size(digest)).pkg_info
