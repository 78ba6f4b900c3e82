"""Blobs in a folder: ``sha256/ab/abcd...``, each a plain file equal to what was stored.

A blob is written beside its place, flushed to the device, then renamed, and the folder flushed too: when
``commit`` returns, a power cut does not lose it. Whoever writes holds a lock on the file in ``incoming``, so
that what a killed process left there can be told from what is under way, and be removed at the next start.
"""

import contextlib
import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from typing import cast

from bodega.adapters.filesystem.file_locks import try_lock
from bodega.adapters.filesystem.full_disk import FULL_ERRORS
from bodega.content.blob_store import BlobMismatchError, BlobNotFoundError, BlobWriter, StorageFullError
from bodega.content.stored_bytes import StoredBlob
from bodega.formats.digests import Digest, InvalidDigestError, sha256

_PIECE = 1 << 18
#: Seconds for which a use that was noted need not be noted again, and for how many blobs that is remembered.
_TOUCHED_FOR = 60.0
_MOST_TOUCHED = 50_000


class FolderBlobStore:
    """Implements ``BlobStore`` and ``BlobInventory`` over a folder, which is made when first written to."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._incoming = os.path.join(root, "incoming")
        self._touched: dict[str, float] = {}

    @contextmanager
    def writer(self) -> Iterator["FolderBlobWriter"]:
        """Begin a blob; see the port."""
        with no_room_in_words():
            os.makedirs(self._incoming, exist_ok=True)
            path, file = _begun(self._incoming)
        writer = FolderBlobWriter(path, file, self._place)
        try:
            yield writer
        finally:
            writer.discard()

    def reopened(self, path: str) -> "FolderBlobWriter":
        """Go on with a file below this store's folder, made where it is missing; locks are the caller's."""
        with no_room_in_words():
            file = open(path, "ab+", buffering=0)  # noqa: SIM115 - closed by commit or close
        writer = FolderBlobWriter(path, file, self._place)
        writer.take_over()
        return writer

    def commit_all(self, writers: Sequence[BlobWriter]) -> None:
        """Commit several: first all get their names, then their folders are flushed, mostly in one go."""
        ours = cast("Sequence[FolderBlobWriter]", writers)
        for writer in ours:
            writer.settle()
        with no_room_in_words():
            for folder in dict.fromkeys(writer.take_place() for writer in ours):
                _flush_folder(folder)

    def size(self, digest: Digest) -> int:
        """Length in bytes."""
        try:
            return os.stat(self._place(digest)).st_size
        except FileNotFoundError:
            raise BlobNotFoundError(digest) from None

    def read(self, digest: Digest, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes from ``start`` up to and without ``end``, in pieces."""
        try:
            file = open(self._place(digest), "rb", buffering=0)  # noqa: SIM115 - closed by the generator
        except FileNotFoundError:
            raise BlobNotFoundError(digest) from None
        return _pieces(file, start, end)

    def path(self, digest: Digest) -> str | None:
        """The blob's file, where it is stored."""
        place = self._place(digest)
        return place if os.path.exists(place) else None

    def delete(self, digest: Digest) -> None:
        """Remove the blob."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._place(digest))

    def stored(self) -> Iterator[StoredBlob]:
        """Every blob; what else lies in the folder is passed over."""
        top = os.path.join(self._root, "sha256")
        for prefix in _names(top):
            folder = os.path.join(top, prefix)
            for name in _names(folder):
                blob = _stored(os.path.join(folder, name), name) if name.startswith(prefix) else None
                if blob is not None:
                    yield blob

    def touch(self, digest: Digest) -> None:
        """Note the use as the file's time of access, whatever the file system does by itself."""
        now = time.monotonic()
        if now - self._touched.get(digest.value, -_TOUCHED_FOR) < _TOUCHED_FOR:
            return
        if len(self._touched) >= _MOST_TOUCHED:
            self._touched.clear()
        self._touched[digest.value] = now
        place = self._place(digest)
        with contextlib.suppress(OSError):
            os.utime(place, ns=(time.time_ns(), os.stat(place).st_mtime_ns))

    def used(self, digest: Digest) -> datetime | None:
        """When the blob was last used; ``None`` where there is none."""
        found = _stored(self._place(digest), digest.value)
        return found.used if found is not None else None

    def clean(self) -> int:
        """Remove what was begun and will never be finished; how many files that were."""
        removed = 0
        with contextlib.suppress(FileNotFoundError):
            for entry in os.scandir(self._incoming):
                removed += _removed_if_left(entry.path)
        return removed

    def beside(self, name: str) -> str:
        """A folder for what is on its way here, on the same device."""
        return os.path.join(self._root, name)

    def _place(self, digest: Digest) -> str:
        return os.path.join(self._root, digest.algorithm, digest.value[:2], digest.value)


class FolderBlobWriter:
    """Implements ``content.blob_store.BlobWriter``."""

    def __init__(self, path: str, file: FileIO, place: Callable[[Digest], str]) -> None:
        self._path = path
        self._file = file
        self._place = place
        self._hasher = hashlib.sha256()
        self._settled = -1
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append; a short write is gone on with, as a device that fills up may accept a part."""
        view = memoryview(data)
        with no_room_in_words():
            while view:
                view = view[self._file.write(view) :]
        self._hasher.update(data)
        self.size += len(data)

    def take_over(self) -> None:
        """Count and hash what is in the file already."""
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            self._hasher.update(piece)
            self.size += len(piece)

    def read(self, start: int, length: int) -> bytes:
        """What was written there."""
        return os.pread(self._file.fileno(), length, start)

    def digest(self) -> Digest:
        """The sha256 of what was written so far."""
        return sha256(self._hasher.hexdigest())

    def path(self) -> str:
        """The file that is being written; nothing is buffered."""
        return self._path

    def settle(self) -> None:
        """Flush to the device, unless nothing was written since."""
        if self._settled != self.size:
            with no_room_in_words():
                os.fsync(self._file.fileno())
            self._settled = self.size

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make the blob durable and visible."""
        digest = self.digest()
        if expected is not None and expected != digest:
            self.discard()
            raise BlobMismatchError(expected=expected, got=digest)
        self.settle()
        with no_room_in_words():
            _flush_folder(self.take_place())
        return digest

    def take_place(self) -> str:
        """Give what is settled its name; the folder with the name, to be flushed, is the answer."""
        place = self._place(self.digest())
        folder = os.path.dirname(place)
        _make_folder(folder)
        if sys.platform == "win32":  # pragma: no cover - only there is an open file not renamed
            self._file.close()
        # Closed after: the lock tells cleaners that it is under way until it has its name.
        os.replace(self._path, place)
        self._file.close()
        return folder

    def close(self) -> None:
        """Leave what was written where it is."""
        self._file.close()

    def discard(self) -> None:
        """Forget what was written, unless it was committed."""
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._path)


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _stored(path: str, name: str) -> StoredBlob | None:
    try:
        found = os.stat(path, follow_symlinks=False)
        modified = datetime.fromtimestamp(found.st_mtime, UTC)
        return StoredBlob(sha256(name), found.st_size, modified, datetime.fromtimestamp(found.st_atime, UTC))
    except (FileNotFoundError, InvalidDigestError):
        return None


def _begun(folder: str) -> tuple[str, FileIO]:
    """A new file in a folder, locked."""
    while True:
        path = os.path.join(folder, os.urandom(16).hex())
        file = open(path, "xb", buffering=0)  # noqa: SIM115 - closed by commit or discard
        # A cleaner may have come between opening and locking; then the file is, or will be, gone.
        if try_lock(file.fileno()) and os.path.exists(path):
            return path, file
        file.close()


def _removed_if_left(path: str) -> bool:
    """Remove a file that nobody holds."""
    try:
        with open(path, "rb") as file:
            if not try_lock(file.fileno()):
                return False
            os.unlink(path)
    except FileNotFoundError:
        return False
    return True


def _make_folder(folder: str) -> None:
    """Make a folder durably, and its sisters with it, so that the wait is for the first blob alone."""
    if not os.path.isdir(folder):
        above = os.path.dirname(folder)
        for number in range(256):
            os.makedirs(os.path.join(above, f"{number:02x}"), exist_ok=True)
        _flush_folder(above)
        _flush_folder(os.path.dirname(above))


def _flush_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _pieces(file: FileIO, start: int, end: int | None) -> Iterator[bytes]:
    with file:
        file.seek(start)
        left = end - start if end is not None else None
        while left is None or left > 0:
            piece = file.read(_PIECE if left is None else min(_PIECE, left))
            if not piece:
                return
            left = None if left is None else left - len(piece)
            yield piece


@contextmanager
def no_room_in_words() -> Iterator[None]:
    """Raise StorageFullError where the system says that there is no room."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL_ERRORS:
            raise StorageFullError from error
        raise
