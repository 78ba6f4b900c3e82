"""The port of blob stores: immutable bytes, named by their sha256."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError


class BlobNotFoundError(BodegaError):
    """No blob of that digest is stored."""

    code = "E-BLOB-NOT-FOUND"

    def __init__(self, digest: Digest) -> None:
        super().__init__(f"no stored bytes for {digest}")
        self.digest = digest


class StorageFullError(BodegaError):
    """There is no room for the bytes; nothing of them was kept."""

    code = "E-STORAGE-FULL"

    def __init__(self) -> None:
        super().__init__("the storage of the index is full", why="the device or the quota has no room left")


class BlobMismatchError(BodegaError):
    """The bytes written are not those promised; nothing of them was kept."""

    code = "E-BLOB-MISMATCH"

    def __init__(self, *, expected: Digest, got: Digest) -> None:
        super().__init__(f"expected bytes of {expected}, got {got}")
        self.expected = expected
        self.got = got


class BlobWriter(Protocol):
    """Bytes on their way in: invisible until ``commit``, gone unless it is called."""

    @property
    def size(self) -> int:
        """Bytes written so far."""

    def write(self, data: bytes) -> None:
        """Append; raises StorageFullError."""

    def digest(self) -> Digest:
        """The sha256 of what was written so far."""

    def path(self) -> str:
        """A local file with what was written so far, to be read before it is committed."""

    def settle(self) -> None:
        """Make what was written durable, still invisible, so that ``commit`` is quick; StorageFullError."""

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make the blob durable and visible under its sha256.

        Raises BlobMismatchError when ``expected`` is given and differs, StorageFullError. Storing bytes
        that are there already is not an error.
        """


class BlobStore(Protocol):
    """Immutable bytes by digest. Every method may be called from any thread."""

    def writer(self) -> AbstractContextManager[BlobWriter]:
        """Begin a blob; leaving the context without ``commit`` discards it."""

    def commit_all(self, writers: Sequence[BlobWriter]) -> None:
        """Commit several writers of this store; to wait for the device costs about as much as for one.

        Raises StorageFullError; then some of them may be visible.
        """

    def size(self, digest: Digest) -> int:
        """Length in bytes; raises BlobNotFoundError."""

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to and without ``end``, in pieces; raises BlobNotFoundError."""

    def path(self, digest: Digest) -> str | None:
        """A local file holding exactly the blob, for sendfile; ``None`` where there is none."""

    def delete(self, digest: Digest) -> None:
        """Remove the blob; one that is not there is not an error."""

    def touch(self, digest: Digest) -> None:
        """Note that the blob is used, for whoever makes room; cheap, never raises, exact to a minute."""
