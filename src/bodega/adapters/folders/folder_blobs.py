"""Blobs of which some lie in a served folder, under their own names; nothing of it is copied."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from io import FileIO
from typing import Protocol

from bodega.content.blob_store import BlobNotFoundError, BlobStore, BlobWriter
from bodega.formats.digests import Digest

_PIECE = 1 << 18


class Places(Protocol):
    """Where bytes lie in a folder."""

    def path(self, digest: Digest) -> str | None:
        """A file with those bytes."""


class FolderBlobs:
    """Implements ``BlobStore``: what the folder has is read there, all else is the store's."""

    def __init__(self, places: Places, store: BlobStore) -> None:
        self._places = places
        self._store = store

    def writer(self) -> AbstractContextManager[BlobWriter]:
        """Begin a blob of the store."""
        return self._store.writer()

    def commit_all(self, writers: Sequence[BlobWriter]) -> None:
        """Commit blobs of the store."""
        self._store.commit_all(writers)

    def size(self, digest: Digest) -> int:
        """Length in bytes."""
        path = self._places.path(digest)
        if path is None:
            return self._store.size(digest)
        try:
            return os.stat(path).st_size
        except OSError:
            raise BlobNotFoundError(digest) from None

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to and without ``end``, in pieces."""
        path = self._places.path(digest)
        if path is None:
            return self._store.read(digest, start, end)
        try:
            file = open(path, "rb", buffering=0)  # noqa: SIM115 - closed by the generator
        except OSError:
            raise BlobNotFoundError(digest) from None
        return _pieces(file, start, end)

    def path(self, digest: Digest) -> str | None:
        """The file with those bytes, in the folder or in the store."""
        return self._places.path(digest) or self._store.path(digest)

    def touch(self, digest: Digest) -> None:
        """Note the use of a blob of the store; what lies in the folder is nobody's to remove."""
        self._store.touch(digest)

    def delete(self, digest: Digest) -> None:
        """Remove a blob of the store; the folder is never changed."""
        self._store.delete(digest)


def _pieces(file: FileIO, start: int, end: int | None) -> Iterator[bytes]:
    with file:
        position = file.seek(start)
        while end is None or position < end:
            piece = file.read(_PIECE if end is None else min(_PIECE, end - position))
            if not piece:
                return
            position += len(piece)
            yield piece
