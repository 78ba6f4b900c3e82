"""Blobs in memory: the fake beside ``content.blob_store``, for tests without a disk."""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from bodega.content.blob_store import BlobMismatchError, BlobNotFoundError, BlobWriter, StorageFullError
from bodega.content.stored_bytes import StoredBlob
from bodega.formats.digests import Digest, sha256

_PIECE = 1 << 18


class MemoryBlobStore:
    """Implements ``BlobStore`` and ``BlobInventory``; ``room`` in bytes makes it run full."""

    def __init__(self, room: int | None = None) -> None:
        self.blobs: dict[Digest, bytes] = {}
        self.modified: dict[Digest, datetime] = {}
        self.used: dict[Digest, datetime] = {}
        self.room = room

    @contextmanager
    def writer(self) -> Iterator["MemoryBlobWriter"]:
        """Begin a blob."""
        yield MemoryBlobWriter(self)

    def commit_all(self, writers: Sequence[BlobWriter]) -> None:
        """Commit several."""
        for writer in writers:
            writer.commit()

    def size(self, digest: Digest) -> int:
        """Length in bytes."""
        return len(self._get(digest))

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to and without ``end``, in pieces."""
        content = self._get(digest)[start:end]
        return (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))

    def path(self, _digest: Digest) -> str | None:
        """There is no file."""
        return None

    def delete(self, digest: Digest) -> None:
        """Remove the blob."""
        self.blobs.pop(digest, None)

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob."""
        for digest, content in list(self.blobs.items()):
            yield StoredBlob(
                digest, len(content), self.modified[digest], self.used.get(digest, self.modified[digest])
            )

    def touch(self, digest: Digest) -> None:
        """Note the use."""
        if digest in self.blobs:
            self.used[digest] = datetime.now(UTC)

    def _get(self, digest: Digest) -> bytes:
        try:
            return self.blobs[digest]
        except KeyError:
            raise BlobNotFoundError(digest) from None


class MemoryBlobWriter:
    """Implements ``content.blob_store.BlobWriter``."""

    def __init__(self, store: MemoryBlobStore) -> None:
        self._store = store
        self._content = bytearray()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return len(self._content)

    def write(self, data: bytes) -> None:
        """Append."""
        stored = sum(map(len, self._store.blobs.values()))
        if self._store.room is not None and stored + len(self._content) + len(data) > self._store.room:
            raise StorageFullError
        self._content += data

    def digest(self) -> Digest:
        """The sha256 of what was written so far."""
        return sha256(hashlib.sha256(self._content).hexdigest())

    def path(self) -> str:
        """A temporary file, which lives as long as the writer."""
        self._file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - closed when the writer goes
        self._file.write(self._content)
        self._file.flush()
        return self._file.name

    def settle(self) -> None:
        """Memory is as durable as it gets."""

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make the blob visible."""
        digest = self.digest()
        if expected is not None and expected != digest:
            raise BlobMismatchError(expected=expected, got=digest)
        self._store.blobs[digest] = bytes(self._content)
        self._store.modified[digest] = self._store.used[digest] = datetime.now(UTC)
        return digest
