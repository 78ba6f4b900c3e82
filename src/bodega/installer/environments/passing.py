"""Hold a folder alone for one change, and leave nothing of that behind: for folders that are packed up."""

import contextlib
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bodega.installer.store.locks import locked
from bodega.installer.store.staging_area import remove_tree


@contextmanager
def held_in_passing(state: str, lock: str, *, stays: str, above: str) -> Iterator[None]:
    """Hold ``state`` by its file ``lock``, and remove it at the end, unless the file ``stays`` is in it then.

    Folders between it and ``above`` that are empty then go too. Raises OSError.
    """
    with ExitStack() as held:
        while not _taken(f"{state}/{lock}", held):
            pass
        try:
            yield
        finally:
            if not os.path.lexists(f"{state}/{stays}"):
                _remove(state, lock, above)


def nearest_folder(path: str) -> str:
    """The folder above a path that is there already."""
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _taken(path: str, held: ExitStack) -> bool:
    """Wait for the lock; whether it is still the one at the path, for who held it before removes it."""
    state = os.path.dirname(path)
    with ExitStack() as attempt:
        try:
            os.makedirs(state, exist_ok=True)
            descriptor = attempt.enter_context(locked(path))
            is_there = os.path.samestat(os.fstat(descriptor), os.stat(path))
        except FileNotFoundError:
            return False
        except FileExistsError:
            # A folder may have gone and come again meanwhile; what is none stays in the way.
            if os.path.lexists(state) and not os.path.isdir(state):
                raise
            return False
        if is_there:
            held.push(attempt.pop_all())
        return is_there


def _remove(state: str, lock: str, above: str) -> None:
    # The lock goes last: until then nobody else works here.
    with contextlib.suppress(OSError):
        for name in os.listdir(state):
            if name != lock:
                remove_tree(f"{state}/{name}")
        os.unlink(f"{state}/{lock}")
        while len(state) > len(above):
            os.rmdir(state)
            state = os.path.dirname(state)
