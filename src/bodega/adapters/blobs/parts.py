"""Parts of downloads in a folder beside the blobs: ``KEY.state`` says how far ``KEY.RANDOM.part`` is.

Whoever makes a part grow holds the lock of its state file, which the system takes away when the process
ends, however it ends. The state is one small record with a checksum, written in place: those who watch read
it every few milliseconds and never see half of one. When a part ends well its state file is removed, but
those who have it open still read in it how it ended.
"""

import contextlib
import json
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace

from bodega.adapters.blobs.folder import FolderBlobStore, FolderBlobWriter, no_room_in_words
from bodega.adapters.filesystem.file_locks import is_at, try_lock, unlock
from bodega.formats.digests import Digest, sha256_of
from bodega.index.upstream.parts import PartState

#: Of a state, with its checksum; longer words in it are cut.
_RECORD = 8192
_LONGEST_WORDS = 300
_CHECKSUM = 8
_STATE, _PART = ".state", ".part"
_READ_AGAIN = 20
#: Seconds after which a download that nobody went on with is given up, and between two looks for such.
OLD_PART = 86_400.0
_CLEAN_EVERY = 3_600.0


class FolderParts:
    """Implements ``index.upstream.parts.Parts`` over the folder of a blob store, made when first needed."""

    def __init__(self, blobs: FolderBlobStore, folder: str) -> None:
        self._blobs = blobs
        self._folder = folder
        self._cleaned = time.monotonic()

    @contextmanager
    def claim(self, key: str) -> Iterator["FolderPart | None"]:
        """The part, ours until the end of the block."""
        self._clean_now_and_then()
        path = self._path(key)
        with no_room_in_words():
            os.makedirs(self._folder, exist_ok=True)
            descriptor = _locked(path)
        if descriptor is None:
            yield None
            return
        part = None
        try:
            part = FolderPart(self._blobs, path, descriptor)
            yield part
        finally:
            if part is not None:
                part.close()
            # Last: this lets the lock go.
            os.close(descriptor)

    @contextmanager
    def watch(self, key: str) -> Iterator["FolderWatch | None"]:
        """Watch a part from beside it."""
        path = self._path(key)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            yield None
            return
        try:
            yield FolderWatch(descriptor, path)
        finally:
            os.close(descriptor)

    def clean(self, older_than: float) -> int:
        """Remove parts that nobody went on with."""
        limit = time.time() - older_than
        removed = 0
        with contextlib.suppress(FileNotFoundError):
            for entry in list(os.scandir(self._folder)):
                with contextlib.suppress(FileNotFoundError):
                    if entry.stat().st_mtime < limit:
                        removed += _removed(entry.path)
        return removed

    def _clean_now_and_then(self) -> None:
        """A server may run for months; what is left behind is not to lie there for as long."""
        now = time.monotonic()
        if now - self._cleaned > _CLEAN_EVERY:
            self._cleaned = now
            self.clean(OLD_PART)

    def _path(self, key: str) -> str:
        # Keys hold what an upstream says: never a file's name.
        return os.path.join(self._folder, sha256_of(key.encode()).value[:40] + _STATE)


class FolderPart:
    """Implements ``index.upstream.parts.Part``."""

    def __init__(self, blobs: FolderBlobStore, path: str, descriptor: int) -> None:
        self._blobs = blobs
        self._path = path
        self._descriptor = descriptor
        self._writer: FolderBlobWriter
        found = _read(descriptor, path)
        if found is not None and os.path.exists(found.path):
            self._writer = blobs.reopened(found.path)
            # How the last one ended is no more than history once somebody goes on.
            self.state = replace(found, failure=None, digest=None, published=0)
            self.tell(self.state)
        else:
            self._begin()

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._writer.size

    def write(self, data: bytes) -> None:
        """Append."""
        self._writer.write(data)

    def read(self, start: int, length: int) -> bytes:
        """What was written there."""
        return self._writer.read(start, length)

    def digest(self) -> Digest:
        """The sha256 of what was written so far."""
        return self._writer.digest()

    def path(self) -> str:
        """The growing file."""
        return self._writer.path()

    def settle(self) -> None:
        """Flush to the device."""
        self._writer.settle()

    def tell(self, state: PartState) -> None:
        """Let those who watch know."""
        self.state = state
        text = json.dumps(asdict(_shortened(state))).encode()
        record = b"%08x" % zlib.crc32(text) + text
        with no_room_in_words():
            os.pwrite(self._descriptor, record.ljust(_RECORD), 0)

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make it a blob; the next one of this key begins anew."""
        return self._writer.commit(expected)

    def restart(self) -> None:
        """Throw away what was written."""
        self._writer.discard()
        self._begin()

    def discard(self) -> None:
        """Leave nothing of it, but for those who watch."""
        self._writer.discard()
        self._forget()

    def close(self) -> None:
        """Leave it as it is; after an end, no trace."""
        self._writer.close()
        if not os.path.exists(self._writer.path()):
            self._forget()

    def _begin(self) -> None:
        stem = self._path.removesuffix(_STATE)
        self._writer = self._blobs.reopened(f"{stem}.{os.urandom(6).hex()}{_PART}")
        self.tell(PartState(path=self._writer.path()))

    def _forget(self) -> None:
        if is_at(self._descriptor, self._path):
            with contextlib.suppress(OSError):
                os.unlink(self._path)


class FolderWatch:
    """Implements ``index.upstream.parts.Watch``."""

    def __init__(self, descriptor: int, path: str) -> None:
        self._descriptor = descriptor
        self._path = path

    def state(self) -> PartState | None:
        """How far it is."""
        return _read(self._descriptor, self._path)

    def is_held(self) -> bool:
        """Whether somebody has the lock."""
        if not try_lock(self._descriptor):
            return True
        unlock(self._descriptor)
        return False


def _locked(path: str) -> int | None:
    """The state file of that path, made where it is missing, with its lock; ``None`` while another has it."""
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not try_lock(descriptor):
            os.close(descriptor)
            return None
        if is_at(descriptor, path):
            return descriptor
        os.close(descriptor)


def _read(descriptor: int, path: str) -> PartState | None:
    for _ in range(_READ_AGAIN):
        record = os.pread(descriptor, _RECORD, 0)
        text = record[_CHECKSUM:].rstrip(b" ")
        if not text:
            return None
        if record[:_CHECKSUM] == b"%08x" % zlib.crc32(text):
            known = json.loads(text)
            known["path"] = os.path.join(os.path.dirname(path), known["path"])
            known["failure"] = tuple(known["failure"]) if known["failure"] else None
            return PartState(**known)
    return None


def _shortened(state: PartState) -> PartState:
    failure = state.failure
    if failure is not None:
        code, what, why = failure
        failure = code, what[:_LONGEST_WORDS], why[:_LONGEST_WORDS]
    is_short = state.validator.isascii() and len(state.validator) <= _LONGEST_WORDS
    validator = state.validator if is_short else ""
    # The folder may be moved between two starts.
    return replace(state, path=os.path.basename(state.path), failure=failure, validator=validator)


def _removed(path: str) -> int:
    """Remove a state with its part, or a part without one, unless somebody has it; how many that were."""
    if not path.endswith(_STATE):
        if _is_part_of_a_state(path):
            return 0
        os.unlink(path)
        return 1
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        if not try_lock(descriptor):
            return 0
        found = _read(descriptor, path)
        if found is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(found.path)
        os.unlink(path)
    finally:
        os.close(descriptor)
    return 1


def _is_part_of_a_state(path: str) -> bool:
    folder, name = os.path.split(path)
    state = os.path.join(folder, name.partition(".")[0] + _STATE)
    try:
        descriptor = os.open(state, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        found = _read(descriptor, state)
    finally:
        os.close(descriptor)
    return found is not None and found.path == path
