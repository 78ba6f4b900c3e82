"""Who uses the store right now, so that nothing is cleared away under a running install.

A process that looks for trees holds a *lease*: a file under a lock, made at its first look. Each tree that
it finds gets the time of that look as its modification time, which is when it was *last used*. Both happen
under the shared side of one lock, and who clears away takes the exclusive side for each tree: so a tree that
anybody found since the oldest living lease began is seen to be in use.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

from bodega.installer.store.layout import Layout
from bodega.installer.store.locks import shared, try_lock, unlock

_KEY = "lock"


class Lease:
    """The lease of one process; where the store cannot be written (read-only, another's), none is held."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._mutex = Lock()
        self._key: int | None = None
        self._held: int | None = None
        self._path = ""
        self._failed = False
        # What is found once stays as long as the lease is held.
        self._found: set[str] = set()

    def use(self, path: str) -> bool:
        """Note that what lies at a path is used now; whether it is there."""
        with self._mutex:
            if path in self._found:
                return True
            if self._held is None and not self._failed:
                if not os.path.exists(path):
                    return False
                self._failed = not self._begin()
            if self._key is None:
                return os.path.exists(path)
            shared(self._key)
            try:
                os.utime(path)
            except FileNotFoundError:
                return False
            except OSError:
                return os.path.exists(path)
            finally:
                unlock(self._key)
            self._found.add(path)
            return True

    def hold(self) -> None:
        """Hold the lease from now on: what this process makes after this is seen to be in use."""
        with self._mutex:
            if self._held is None and not self._failed:
                self._failed = not self._begin()

    def close(self) -> None:
        """Let go of it."""
        with self._mutex:
            for descriptor in (self._held, self._key):
                if descriptor is not None:
                    os.close(descriptor)
            if self._held is not None:
                with suppress(OSError):
                    os.unlink(self._path)
            self._held = self._key = None
            self._failed = False
            self._found.clear()

    def _begin(self) -> bool:
        folder = self._layout.leases
        try:
            os.makedirs(folder, exist_ok=True)
            key = os.open(f"{folder}/{_KEY}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError:
            return False
        shared(key)
        try:
            self._path = f"{folder}/{os.getpid()}-{os.urandom(4).hex()}"
            self._held = try_lock(self._path)
        except OSError:
            os.close(key)
            return False
        unlock(key)
        self._key = key
        return True


@contextmanager
def alone(layout: Layout) -> Iterator[None]:
    """Keep everybody from finding a tree for a moment."""
    from bodega.installer.store.locks import locked  # noqa: PLC0415

    os.makedirs(layout.leases, exist_ok=True)
    with locked(f"{layout.leases}/{_KEY}"):
        yield


def used_since(layout: Layout) -> float:
    """The time since which everything that was found may be in use: when the oldest living lease began.

    Now, where there is none; by the clock of the store's file system. Leases of the dead go.
    """
    with alone(layout):
        key = f"{layout.leases}/{_KEY}"
        os.utime(key)
        oldest = os.stat(key).st_mtime
        for entry in os.scandir(layout.leases):
            if entry.name == _KEY:
                continue
            with suppress(FileNotFoundError):
                held = try_lock(entry.path)
                if held is None:
                    oldest = min(oldest, entry.stat().st_mtime)
                else:
                    os.unlink(entry.path)
                    os.close(held)
        return oldest
