"""Take away what has gone from an environment: a little at once, the rest behind the command."""

import os
import sys

from bodega.installer.store.staging_area import remove_tree

#: How many files are removed while the user waits; one takes 20 to 100 us.
AT_ONCE = 1000
#: Folders below an environment's state with this beginning are being removed.
TRASH = "trash-"
_REMOVE = "import shutil, sys; [shutil.rmtree(path, ignore_errors=True) for path in sys.argv[1:]]"


def discard(path: str, state: str) -> None:
    """Take a folder away at once; where it holds much, its content goes behind this process.

    It is renamed before, so that a new one may be made in its place. What a killed process left of such
    folders goes with the next.
    """
    left = [f"{state}/{name}" for name in _names(state) if name.startswith(TRASH)]
    if os.path.isdir(path) and _is_large(path):
        trash = f"{state}/{TRASH}{os.getpid()}-{os.urandom(4).hex()}"
        os.rename(path, trash)
        left.append(trash)
    else:
        remove_tree(path)
    if left:
        _remove_behind(left)


def _is_large(path: str) -> bool:
    count = 0
    for _, _, names in os.walk(path):
        count += len(names)
        if count > AT_ONCE:
            return True
    return False


def _remove_behind(paths: list[str]) -> None:
    """In a process that outlives this one; where one cannot be started, at once."""
    if not hasattr(os, "posix_spawn"):  # pragma: no cover - not on Linux
        for path in paths:
            remove_tree(path)
        return
    argv = [sys.executable, "-I", "-S", "-c", _REMOVE, *paths]
    nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in range(3)]
    os.posix_spawn(argv[0], argv, os.environ, file_actions=nothing, setsid=True)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except FileNotFoundError:
        return []
