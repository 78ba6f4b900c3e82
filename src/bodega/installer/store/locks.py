"""Locks between processes, held on an open file and gone with the process that holds them."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":  # pragma: no cover - not run on Linux
    import msvcrt

    def _lock(fd: int, *, wait: bool) -> bool:
        try:
            msvcrt.locking(fd, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def shared(fd: int) -> None:
        """Hold the shared side of a lock; here there is none, and so all of it."""
        _lock(fd, wait=True)

    def unlock(fd: int) -> None:
        """Let go of a lock that stays open."""
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(fd: int, *, wait: bool) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True

    def shared(fd: int) -> None:
        """Hold the shared side of a lock, waiting for it."""
        fcntl.flock(fd, fcntl.LOCK_SH)

    def unlock(fd: int) -> None:
        """Let go of a lock that stays open."""
        fcntl.flock(fd, fcntl.LOCK_UN)


def try_lock(path: str) -> int | None:
    """Take the lock and give its descriptor (closing it lets go), or ``None`` when another holds it."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if _lock(fd, wait=False):
        return fd
    os.close(fd)
    return None


@contextmanager
def locked(path: str) -> Iterator[int]:
    """Hold the lock, waiting for it; gives its descriptor."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        _lock(fd, wait=True)
        yield fd
    finally:
        os.close(fd)
