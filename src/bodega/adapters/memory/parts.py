"""Parts in memory: the fake beside ``index.upstream.parts``, for tests with threads in place of processes."""

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from bodega.adapters.memory.blobs import MemoryBlobStore, MemoryBlobWriter
from bodega.formats.digests import Digest
from bodega.index.upstream.parts import PartState


class MemoryParts:
    """Implements ``index.upstream.parts.Parts``."""

    def __init__(self, blobs: MemoryBlobStore) -> None:
        self._blobs = blobs
        self._lock = threading.Lock()
        self._parts: dict[str, MemoryPart] = {}

    @contextmanager
    def claim(self, key: str) -> Iterator["MemoryPart | None"]:
        """The part, ours until the end of the block."""
        with self._lock:
            part = self._parts.get(key)
            if part is None or part.is_over:
                part = self._parts[key] = MemoryPart(self._blobs)
            if part.is_held:
                part = None
            else:
                part.is_held = True
                part.state = replace(part.state, failure=None, published=0)
        try:
            yield part
        finally:
            if part is not None:
                part.is_held = False
                if part.is_over:
                    self._parts.pop(key, None)

    @contextmanager
    def watch(self, key: str) -> Iterator["MemoryWatch | None"]:
        """Watch a part from beside it."""
        part = self._parts.get(key)
        yield None if part is None else MemoryWatch(part)

    def clean(self, older_than: float) -> int:
        """Remove parts that nobody went on with; all count as old when anything does."""
        with self._lock:
            left = [key for key, part in self._parts.items() if not part.is_held and older_than <= 0]
            for key in left:
                del self._parts[key]
        return len(left)


class MemoryPart:
    """Implements ``index.upstream.parts.Part``; its bytes are in a temporary file, for readers to open."""

    def __init__(self, blobs: MemoryBlobStore) -> None:
        self._blobs = blobs
        self.is_held = False
        self.is_over = False
        self.restart()

    def restart(self) -> None:
        """Throw away what was written."""
        self._file = tempfile.NamedTemporaryFile()  # noqa: SIM115 - goes with the part
        self._writer = MemoryBlobWriter(self._blobs)
        self.state = PartState(path=self._file.name)

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._writer.size

    def write(self, data: bytes) -> None:
        """Append."""
        self._writer.write(data)
        self._file.write(data)
        self._file.flush()

    def read(self, start: int, length: int) -> bytes:
        """What was written there."""
        return os.pread(self._file.fileno(), length, start)

    def digest(self) -> Digest:
        """The sha256 of what was written so far."""
        return self._writer.digest()

    def path(self) -> str:
        """The growing file."""
        return self._file.name

    def settle(self) -> None:
        """Memory is as durable as it gets."""

    def tell(self, state: PartState) -> None:
        """Let those who watch know."""
        self.state = state

    def commit(self, expected: Digest | None = None) -> Digest:
        """Make it a blob."""
        digest = self._writer.commit(expected)
        self.is_over = True
        return digest

    def discard(self) -> None:
        """Leave nothing of it."""
        self.is_over = True


class MemoryWatch:
    """Implements ``index.upstream.parts.Watch``."""

    def __init__(self, part: MemoryPart) -> None:
        self._part = part

    def state(self) -> PartState | None:
        """How far it is."""
        return self._part.state

    def is_held(self) -> bool:
        """Whether somebody makes it grow."""
        return self._part.is_held
