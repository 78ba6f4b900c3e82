"""Commit what is staged: a redo journal, then renames; and the recovery of what was cut short."""

import contextlib
import errno
import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager

from bodega.installer.environments.discarding import discard
from bodega.installer.environments.errors import EnvironmentUnwritableError
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.journal import NEW, OLD, Move, read_journal, write_journal
from bodega.installer.environments.passing import held_in_passing, nearest_folder
from bodega.installer.environments.places import Places, places
from bodega.installer.store.locks import locked, try_lock
from bodega.installer.store.spreading import spread
from bodega.installer.store.staging_area import remove_tree

_JOURNAL, _LOCK, _STAGING = "journal", "lock", "staging"
#: Where a recovery puts what it finds in its way.
IN_THE_WAY = "in-the-way"


def lock_path(interpreter: Interpreter) -> str:
    """The file that whoever changes the environment holds."""
    return f"{interpreter.state}/{_LOCK}"


def journal_path(interpreter: Interpreter) -> str:
    """The file that says which renames are still to be done; there only while a commit is on its way."""
    return f"{interpreter.state}/{_JOURNAL}"


@contextmanager
def changing(interpreter: Interpreter) -> Iterator[None]:
    """Hold the environment alone, in order: what was cut short is finished, what was left is cleared.

    Raises EnvironmentUnwritableError, JournalDamagedError.
    """
    above = nearest_folder(os.path.dirname(interpreter.state)) if interpreter.is_bare else ""
    try:
        os.makedirs(interpreter.state, exist_ok=True)
    except OSError as error:
        raise EnvironmentUnwritableError(interpreter.prefix, error.strerror or str(error)) from error
    with _held(interpreter, above):
        _finish(interpreter)
        yield


def _held(interpreter: Interpreter, above: str) -> AbstractContextManager[object]:
    if interpreter.is_bare:
        return held_in_passing(interpreter.state, _LOCK, stays=_JOURNAL, above=above)
    return locked(lock_path(interpreter))


def recover(interpreter: Interpreter) -> bool:
    """Finish a commit that was cut short, and clear what was left; whether there was anything to do.

    Every command on an environment calls this first; where all is well it looks at two names. Another
    process's commit is waited for, not its preparations, which change nothing.
    """
    if not interpreter.is_unfinished:
        return False
    if not _exists(interpreter, _JOURNAL):
        try:
            held = try_lock(lock_path(interpreter))
        except OSError:
            return False  # not ours to clear, and nothing is changed by it
        if held is None:
            return False
        os.close(held)
    with changing(interpreter):
        return True


def moves(places: Places, staging: str, *, going: Collection[str], arriving: Collection[str]) -> list[Move]:
    """The renames: what goes moves to the staging folder, what comes follows at once in its place."""
    inside = os.path.relpath(staging, places.root)
    away = set(going)
    # Existing .pyc in the way are named by ``arriving`` alone.
    away |= {path for path in arriving if path.endswith(".pyc") and os.path.lexists(f"{places.root}/{path}")}
    order = [*(path for path in arriving), *sorted(away - set(arriving))]
    done: list[Move] = []
    coming = set(arriving)
    for number, path in enumerate(order):
        if path in away:
            done.append(Move(path, f"{inside}/{OLD}/{number}", arrives=False))
        if path in coming:
            done.append(Move(f"{inside}/{NEW}/{path}", path, arrives=True))
    return done


def commit(interpreter: Interpreter, root: str, planned: Iterable[Move]) -> None:
    """Write the journal, then do the renames; the caller holds the environment.

    A rename that fails is undone with all before it, and raises EnvironmentUnwritableError. From the
    journal on, a killed process is finished by ``recover``.
    """
    planned = list(planned)
    journal = journal_path(interpreter)
    write_journal(journal, planned)
    done: list[Move] = []
    try:
        for move in planned:
            os.rename(f"{root}/{move.source}", f"{root}/{move.target}")
            done.append(move)
    except OSError as error:
        for move in reversed(done):
            os.rename(f"{root}/{move.target}", f"{root}/{move.source}")
        os.unlink(journal)
        raise EnvironmentUnwritableError(interpreter.prefix, _why(error, root)) from error
    os.unlink(journal)


def _why(error: OSError, root: str) -> str:
    if error.errno == errno.EXDEV:
        return f"{error.filename2} is on another file system than {root}: nothing can be put in place at once"
    return error.strerror or str(error)


def staging_folder(interpreter: Interpreter) -> str:
    """A new folder beside the environment's content, with places for what comes and what goes."""
    staging = f"{interpreter.state}/{_STAGING}"
    os.makedirs(staging)
    spread(staging)
    path = f"{staging}/{os.getpid()}-{os.urandom(4).hex()}"
    os.makedirs(f"{path}/{OLD}")
    return path


def clear(interpreter: Interpreter) -> None:
    """Remove the staging folder and a journal half written; the caller holds the environment."""
    remove_tree(f"{journal_path(interpreter)}.part")
    discard(f"{interpreter.state}/{_STAGING}", interpreter.state)


def _finish(interpreter: Interpreter) -> None:
    root = places(interpreter).root
    journal = journal_path(interpreter)
    with contextlib.suppress(FileNotFoundError):
        aside = f"{interpreter.state}/{IN_THE_WAY}/{os.urandom(4).hex()}"
        for move in read_journal(journal):
            _redo(root, move, aside)
        os.unlink(journal)
    if _exists(interpreter, _STAGING):
        clear(interpreter)


def _redo(root: str, move: Move, aside: str) -> None:
    """Do a rename that was not done; what others put in its way since is moved aside, never lost."""
    source, target = f"{root}/{move.source}", f"{root}/{move.target}"
    if not os.path.lexists(source) or (not move.arrives and os.path.lexists(target)):
        return
    if move.arrives and os.path.lexists(target):
        os.makedirs(os.path.dirname(f"{aside}/{move.target}"), exist_ok=True)
        os.rename(target, f"{aside}/{move.target}")
    os.makedirs(os.path.dirname(target), exist_ok=True)
    os.rename(source, target)


def _exists(interpreter: Interpreter, name: str) -> bool:
    return os.path.lexists(f"{interpreter.state}/{name}")
