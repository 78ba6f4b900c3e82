"""Work behind a command: processes that outlive it, and what they are started for."""

import os
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress

from bodega.installer.store.layout import Layout

#: The store is looked through for its size at most once in this time, in seconds.
LOOK_AGAIN = 3600.0


def spawn(argv: list[str], log: int, *, new_session: bool, environ: Mapping[str, str] | None = None) -> int:
    """Start a program with no input and with its words in a log; its process id."""
    environ = os.environ if environ is None else environ
    if not hasattr(os, "posix_spawn"):  # pragma: no cover - not on Linux
        import subprocess  # noqa: PLC0415 - dear to import

        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=dict(environ)).pid
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        actions: Iterable[tuple[int, int, int]] = [
            (os.POSIX_SPAWN_DUP2, descriptor, target)
            for descriptor, target in ((null, 0), (log, 1), (log, 2))
        ]
        return os.posix_spawn(argv[0], argv, environ, file_actions=list(actions), setsid=new_session)
    finally:
        os.close(null)


def clear_behind(layout: Layout, size: int) -> bool:
    """Bring the store below a size behind this command; whether that was begun. At most once an hour."""
    stamp = f"{layout.root}/cleared"
    with suppress(FileNotFoundError):
        if time.time() - os.stat(stamp).st_mtime < LOOK_AGAIN:
            return False
    with suppress(OSError):
        log = os.open(stamp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            os.utime(stamp)
            argv = [sys.executable, "-P", "-m", "bodega", "store", "gc", "--behind", "--max-size", str(size)]
            spawn(argv, log, new_session=True, environ={**os.environ, "BODEGA_STORE": layout.root})
        finally:
            os.close(log)
        return True
    return False
