"""Environments for tests: made once, looked at byte for byte, changed through the public doors."""

import hashlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from bodega.formats.names import normalize
from bodega.installer.environments.apply import Applied, apply
from bodega.installer.environments.creation import create
from bodega.installer.environments.discovery import find
from bodega.installer.environments.history import Present, read_history
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.plan import plan, removal
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store


def new_environment(path: Path, store: Store, python: str = sys.executable) -> Interpreter:
    """An environment without pip, of the interpreter that runs the tests unless told otherwise."""
    return create(str(path), find(python, {}, store), store)


def snapshot(root: str | Path) -> dict[str, tuple[str, int]]:
    """Every path below a folder but bodega's own state: its content (or link, or folder) and its mode."""
    found: dict[str, tuple[str, int]] = {}
    for folder, folders, files in os.walk(root):
        if ".bodega" in folders:
            folders.remove(".bodega")
        for name in (*folders, *files):
            path = os.path.join(folder, name)
            found[os.path.relpath(path, root)] = (_content(path), os.lstat(path).st_mode)
    return found


def contents(root: str | Path) -> dict[str, str]:
    """As ``snapshot``, without modes: what other tools may restore differently."""
    return {path: content for path, (content, _) in snapshot(root).items()}


def add(store: Store, path: Path, filename: str | None = None, *, requested: bool = True) -> Selected:
    """Put a wheel into the store, as a download is; raises WheelError."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    incoming = Path(store.incoming()) / f"{sha256}.part"
    incoming.write_bytes(content)
    filename = filename or path.name
    try:
        tree = store.add_wheel(str(incoming), sha256, filename)
    finally:
        incoming.unlink(missing_ok=True)
    return Selected(
        name=normalize(tree.manifest.name),
        version=tree.manifest.version,
        filename=filename,
        url=path.as_uri(),
        hashes={"sha256": sha256},
        requested=requested,
    )


def install(interpreter: Interpreter, store: Store, *wheels: Path) -> Applied:
    """Install wheel files, replacing other versions, without bytecode."""
    selected = [add(store, wheel) for wheel in wheels]
    return apply(interpreter, plan(selected, scan(interpreter)), store, compile="never")


def uninstall(interpreter: Interpreter, store: Store, *names: str) -> Applied:
    """Uninstall projects."""
    here = scan(interpreter)
    return apply(interpreter, removal(here[normalize(name)] for name in names), store, compile="never")


def unfinished(state: str | Path) -> list[str]:
    """What bodega's state of an environment holds besides its lock and history: a change on its way."""
    return sorted(set(os.listdir(state)) - {"lock", "history"})


def told(state: str | Path) -> list[tuple[int, str, tuple[str, ...], tuple[Present, ...]]]:
    """The history of an environment but for its times."""
    return [
        (entry.number, entry.kind, entry.command, entry.distributions) for entry in read_history(str(state))
    ]


def leftovers(store: Store) -> list[str]:
    """What a store holds that is on its way."""
    return _names((store.layout.staging, store.layout.incoming))


def _names(folders: Iterable[str]) -> list[str]:
    return [
        os.path.join(folder, name)
        for folder in folders
        if os.path.isdir(folder)
        for name in os.listdir(folder)
    ]


def _content(path: str) -> str:
    if os.path.islink(path):
        return "-> " + os.readlink(path)
    if os.path.isdir(path):
        return "/"
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
