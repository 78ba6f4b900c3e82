"""Locks on open files: held by one process at a time, let go when it ends, however it ends."""

import os
import sys


def try_lock(descriptor: int) -> bool:
    """Take the file's lock if nobody else has it; says whether it is ours now."""
    if sys.platform == "win32":  # pragma: no cover - Linux first
        import msvcrt  # noqa: PLC0415 - exists only there

        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def unlock(descriptor: int) -> None:
    """Let go of the file's lock."""
    if sys.platform == "win32":  # pragma: no cover - Linux first
        import msvcrt  # noqa: PLC0415 - exists only there

        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        return
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    fcntl.flock(descriptor, fcntl.LOCK_UN)


def is_at(descriptor: int, path: str) -> bool:
    """Whether the open file is still the one at the path: it may have been removed before it was locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
