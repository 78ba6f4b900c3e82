"""Linked environments: whole packages are links into the store, so that an install costs O(packages).

``lib/bodega/links`` below the environment's root holds one link for each package, and one line of
``bodega.pth`` puts it on the path, behind site-packages. What a distribution says of itself lies in
site-packages as always, without RECORD and with ``SOURCES.txt`` instead: so pip does not touch such a
distribution, and ``importlib.metadata`` knows its files. All links are made anew by every change of what is
linked; ``linked.json`` says from which trees.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bodega.formats.names import NormalizedName
from bodega.installer.environments.errors import FileOwnedError
from bodega.installer.environments.places import Places
from bodega.installer.store.tree import Tree

if TYPE_CHECKING:
    from bodega.installer.store.runnable import Runnable

FOLDER = "lib/bodega"
LINKS, FACTS = f"{FOLDER}/links", f"{FOLDER}/linked.json"
PTH = "bodega.pth"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LinkedFacts:
    """What an environment links to: the sha256 of the tree by project. ``sealed``: it always links."""

    trees: Mapping[NormalizedName, str]
    sealed: bool = False


def read_linked(root: str) -> LinkedFacts:
    """The facts of an environment; empty for one that links to nothing."""
    try:
        with open(f"{root}/{FACTS}", encoding="utf-8") as file:
            document = json.load(file)
        if document["format"] != _FORMAT:
            return LinkedFacts({})
        trees = {NormalizedName(name): sha256 for name, sha256 in document["trees"].items()}
        return LinkedFacts(trees, bool(document["sealed"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return LinkedFacts({})


def seal(root: str) -> None:
    """Make a new environment one that always links."""
    os.makedirs(f"{root}/{FOLDER}")
    write_facts(f"{root}/{FACTS}", LinkedFacts({}, sealed=True))


def write_facts(path: str, facts: LinkedFacts) -> None:
    """Write the document."""
    document = {"format": _FORMAT, "sealed": facts.sealed, "trees": dict(sorted(facts.trees.items()))}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=1)


def apart(found: Mapping[NormalizedName, "Runnable"]) -> set[NormalizedName]:
    """The projects that cannot be linked to as a whole.

    Those whose libraries look for another's by ``$ORIGIN/../..``, and those that they look into: the
    loader takes the ``..`` behind a link for the store's, where the other one is not.
    """
    looked_into = {top for one in found.values() for top in one.looks_into}
    return {name for name, one in found.items() if one.looks_into or not looked_into.isdisjoint(one.entries)}


def stage_links(
    folder: str, places: Places, runnables: Mapping[NormalizedName, "Runnable"], facts: LinkedFacts
) -> None:
    """Write the links, the line on the path and the facts below ``folder``, a mirror of the root.

    Raises FileOwnedError where two projects bring one file with different contents.
    """
    os.makedirs(f"{folder}/{FOLDER}", exist_ok=True)
    write_facts(f"{folder}/{FACTS}", facts)
    if not facts.trees:
        return
    sources: dict[str, list[tuple[NormalizedName, str]]] = {}
    for name, one in runnables.items():
        for entry in one.entries:
            if not entry.endswith(".pth"):
                sources.setdefault(entry, []).append((name, f"{one.files}/{entry}"))
    _fold(f"{folder}/{LINKS}", "", sources)
    os.makedirs(f"{folder}/{places.purelib}", exist_ok=True)
    with open(f"{folder}/{places.purelib}/{PTH}", "w", encoding="utf-8") as file:
        file.write(f"{places.root}/{LINKS}\n")


def replaced(root: str, places: Places) -> list[str]:
    """The paths below the root that a change of the links takes away."""
    paths = (LINKS, FACTS, f"{places.purelib}/{PTH}")
    return [path for path in paths if os.path.lexists(f"{root}/{path}")]


def source_lines(tree: Tree, places: Places) -> Iterable[str]:
    """The files of a tree, relative to site-packages, as ``SOURCES.txt`` lists them."""
    links = os.path.relpath(LINKS, places.purelib)
    info = f"{tree.manifest.dist_info}/"
    for section in tree.manifest.sections:
        if section.key in ("root", "purelib", "platlib"):
            for path in section.files():
                own = path.startswith(info) or ("/" not in path and path.endswith(".pth"))
                if path != f"{info}RECORD":
                    yield path if own else f"{links}/{path}"


def _fold(folder: str, below: str, sources: Mapping[str, Sequence[tuple[NormalizedName, str]]]) -> None:
    """Link each entry; one that several projects have is a folder of links to what is in it."""
    os.mkdir(folder)
    for entry, found in sources.items():
        first = found[0][1]
        if len(found) == 1:
            os.symlink(first, f"{folder}/{entry}")
        elif all(os.path.isdir(path) for _, path in found):
            inside: dict[str, list[tuple[NormalizedName, str]]] = {}
            for name, path in found:
                for one in os.listdir(path):
                    inside.setdefault(one, []).append((name, f"{path}/{one}"))
            _fold(f"{folder}/{entry}", f"{below}{entry}/", inside)
        elif not _same(path for _, path in found):
            raise FileOwnedError(f"{LINKS}/{below}{entry}", wanted_by=found[1][0], owner=found[0][0])
        else:
            os.symlink(first, f"{folder}/{entry}")


def _same(paths: Iterable[str]) -> bool:
    contents = set()
    for path in paths:
        if os.path.isdir(path):
            return False
        with open(path, "rb") as file:
            contents.add(file.read())
    return len(contents) == 1
