"""Runnable trees: a tree and its bytecode in one folder, for environments that link to whole packages.

Python looks for a module's ``.pyc`` beside the module. In a tree of the store there is none, since a tree
serves every interpreter; so each interpreter that links to trees has a folder of its own, of hardlinks to
both. Made once, read-only, completed by one rename.
"""

import marshal
import os
import posixpath
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bodega.content.elf_runpath import run_paths
from bodega.content.manifest import ROOT
from bodega.installer.store.bytecode import Bytecode
from bodega.installer.store.errors import TreeDamagedError
from bodega.installer.store.glancing import altered
from bodega.installer.store.layout import Layout
from bodega.installer.store.staging_area import remove_tree
from bodega.installer.store.tree import Tree
from bodega.installer.store.unpacking import close_folders

_FORMAT = 1
_FACTS, _FILES = "facts", "files"


@dataclass(frozen=True, slots=True)
class Runnable:
    """A runnable tree: where its files lie, the entries at its top, and those of others that it looks into.

    A shared library that looks for another by ``$ORIGIN/../..`` finds it only where both lie below one
    site-packages: such a wheel, and those that it looks into, cannot be linked to as a whole.
    """

    files: str
    entries: tuple[str, ...]
    looks_into: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where runnable trees are, and where one is made: ``scratch`` gives an empty folder."""

    layout: Layout
    scratch: Callable[[], str]


def runnable(at: Workplace, tree: Tree, bytecode: Bytecode | None, tag: str) -> Runnable:
    """The runnable tree for an interpreter; made where it is not there. Raises OSError, TreeDamagedError."""
    place = f"{at.layout.runnable}/{tag}/{tree.sha256}"
    found = _load(place)
    if found is None:
        damage = altered(tree)
        if damage is not None:
            raise TreeDamagedError(tree.sha256, damage)
        folder = at.scratch()
        try:
            _fill(folder, tree, bytecode)
            _publish(folder, place)
        finally:
            remove_tree(folder)
        found = _load(place)
    if found is None:
        raise OSError(f"{place} cannot be made")
    return found


def _load(place: str) -> Runnable | None:
    try:
        with open(f"{place}/{_FACTS}", "rb") as file:
            kind, entries, looks_into = marshal.loads(file.read())  # noqa: S302 - our own file
    except (OSError, ValueError, TypeError, EOFError):
        return None
    return Runnable(f"{place}/{_FILES}", entries, looks_into) if kind == _FORMAT else None


def _fill(folder: str, tree: Tree, bytecode: Bytecode | None) -> None:
    files = f"{folder}/{_FILES}"
    os.mkdir(files)
    made = {""}
    for section in tree.manifest.sections:
        if section.key in (ROOT, "purelib", "platlib"):
            for below, names in section.folders:
                _link(f"{tree.files}/{section.prefix}{below}", f"{files}/{below}", names, made)
    if bytecode is not None:
        for below, names in bytecode.folders:
            _link(f"{bytecode.files}/{below}", f"{files}/{below}__pycache__/", names, made)
    # What the distribution says of itself lies in the environment.
    entries = sorted(name for name in os.listdir(files) if name != tree.manifest.dist_info)
    facts = (_FORMAT, tuple(entries), _looks_into(files, frozenset(entries)))
    with open(f"{folder}/{_FACTS}", "wb") as file:
        file.write(marshal.dumps(facts, 4))
    close_folders(folder)


def _publish(folder: str, place: str) -> None:
    os.makedirs(os.path.dirname(place), exist_ok=True)
    try:
        os.rename(folder, place)
    except OSError:
        # Another process was first, or what lies there is of another format.
        if _load(place) is not None:
            return
        remove_tree(place)
        os.rename(folder, place)


def _link(source: str, target: str, names: Iterable[str], made: set[str]) -> None:
    missing = []
    path = target.rstrip("/")
    while path not in made and not os.path.isdir(path):
        made.add(path)
        missing.append(path)
        path = path.rpartition("/")[0]
    for one in reversed(missing):
        os.mkdir(one)
    for name in names:
        os.link(f"{source}{name}", f"{target}{name}")


def _looks_into(files: str, own: frozenset[str]) -> tuple[str, ...]:
    """The tops beside the tree's own that its shared libraries look into."""
    found: set[str] = set()
    for folder, _, names in os.walk(files):
        below = posixpath.relpath(folder, files)
        for name in names:
            if not (name.endswith(".so") or ".so." in name):
                continue
            with open(f"{folder}/{name}", "rb") as file:
                found |= {_top(below, path) for path in run_paths(file)}
    return tuple(sorted(found - own - {""}))


def _top(below: str, path: str) -> str:
    for origin in ("$ORIGIN", "${ORIGIN}"):
        if path == origin or path.startswith(f"{origin}/"):
            place = posixpath.normpath(posixpath.join("/site", below, f".{path[len(origin) :]}"))
            return place.split("/")[2] if place.startswith("/site/") else ""
    return ""
