"""Turns by locks on files: whoever waits has the file open, and reads in it what the one before told.

The file is removed at the end of a turn, so that a folder holds no more files than turns are taken.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from bodega.adapters.filesystem.file_locks import is_at, try_lock

_LOOK_AGAIN = 0.005
_MOST_TEXT = 1 << 16


class FileTurns:
    """Implements ``index.upstream.turns.Turns`` in a folder, made when first needed.

    A turn is waited for ``patience`` seconds, then the thing is done beside whoever has it.
    """

    def __init__(self, folder: str, *, patience: float = 60.0) -> None:
        self._folder = folder
        self._patience = patience

    @contextmanager
    def take(self, key: str) -> Iterator["FileTurn"]:
        """Wait for the turn."""
        path = os.path.join(self._folder, sha256(key.encode(), usedforsecurity=False).hexdigest()[:40])
        try:
            os.makedirs(self._folder, exist_ok=True)
            turn = self._taken(path, time.monotonic() + self._patience)
        except OSError:
            # A full disk must not keep anybody from asking.
            turn = FileTurn(None, path, told=None)
        try:
            yield turn
        finally:
            turn.end()

    def _taken(self, path: str, until: float) -> "FileTurn":
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            has_waited = False
            while not try_lock(descriptor):
                has_waited = True
                if time.monotonic() > until:
                    os.close(descriptor)
                    return FileTurn(None, path, told=None)
                time.sleep(_LOOK_AGAIN)
            told = os.pread(descriptor, _MOST_TEXT, 0).decode() if has_waited else ""
            if told:
                return FileTurn(descriptor, path, told=told)
            if is_at(descriptor, path):
                # What a killed process left there is no news.
                os.ftruncate(descriptor, 0)
                return FileTurn(descriptor, path, told=None)
            os.close(descriptor)


class FileTurn:
    """Implements ``index.upstream.turns.Turn``."""

    def __init__(self, descriptor: int | None, path: str, *, told: str | None) -> None:
        self._descriptor = descriptor
        self._path = path
        self.told = told

    def tell(self, text: str) -> None:
        """Tell those who wait."""
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self._descriptor, text.encode()[:_MOST_TEXT], 0)

    def end(self) -> None:
        """Let the next one have it."""
        if self._descriptor is None:
            return
        if self.told is None:
            with contextlib.suppress(OSError):
                os.unlink(self._path)
        os.close(self._descriptor)
