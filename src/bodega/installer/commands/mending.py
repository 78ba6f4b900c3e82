"""Put right what ``verify`` found: trees of the store made again, and installed files from them."""

import hashlib
from collections.abc import Iterable, Mapping

from bodega.installer.commands.change import change
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.checking import EnvironmentFault, projects_of
from bodega.installer.environments.history import Present, latest_entry, read_history
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import Plan
from bodega.installer.locking.selection import Selected


def mend_store(damaged: Iterable[str], workshop: Workshop, interpreter: Interpreter | None) -> None:
    """Make damaged trees (sha256) again: from the wheel that is kept, else from where it once came.

    A tree that can be made from neither goes: what wants it fetches it. Raises what fetching raises.
    """
    known = _known(interpreter)
    for sha256 in sorted(set(damaged)):
        tree = workshop.store.tree(sha256)
        filename = tree.manifest.filename if tree is not None else None
        origin = known.get(sha256)
        filename = filename or (origin.filename if origin is not None else None)
        path = _kept(workshop, sha256)
        if path is None and origin is not None and origin.url:
            path = workshop.downloads.fetch(_selected(origin))
        if path is None or filename is None:
            workshop.store.remove(sha256)
        else:
            workshop.store.remake(path, sha256, filename)


def mend_environment(
    faults: Iterable[EnvironmentFault], interpreter: Interpreter, workshop: Workshop
) -> list[str]:
    """Install again, in one commit, what has faults and is known; the names of what is not.

    Files that no project lists stay.
    """
    installed, last = scan(interpreter), latest_entry(interpreter.state)
    written: Mapping[str, Present] = {one.name: one for one in last.distributions} if last else {}
    install: list[Selected] = []
    lost: list[str] = []
    for name in projects_of(faults):
        one = written.get(name)
        if one is None or one.sha256 is None or installed[name].version != one.version:
            lost.append(name)
        else:
            install.append(_selected(one))
    if install:
        gone = tuple(installed[one.name] for one in install)
        change(Plan(tuple(install), gone, ()), interpreter, workshop)
    return lost


def _known(interpreter: Interpreter | None) -> dict[str, Present]:
    """What the history of an environment knows of wheels."""
    entries = read_history(interpreter.state) if interpreter is not None else []
    return {one.sha256: one for entry in entries for one in entry.distributions if one.sha256}


def _kept(workshop: Workshop, sha256: str) -> str | None:
    path = workshop.store.wheel(sha256)
    if path is None:
        return None
    with open(path, "rb") as file:
        return path if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else None


def _selected(one: Present) -> Selected:
    return Selected(
        name=one.name,
        version=one.version,
        filename=one.filename or one.name,
        url=one.url or "",
        hashes={"sha256": one.sha256 or ""},
        requested=one.requested,
        direct_url=one.direct_url,
    )
