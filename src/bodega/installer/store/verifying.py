"""Check a store against its digests: every file of every tree, every .pyc, every kept wheel."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bodega.installer.store.bytecode import load_bytecode
from bodega.installer.store.layout import MANIFEST, Layout
from bodega.installer.store.tree import Tree, load_tree

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Damage:
    """Something in the store that is not as it was put there. ``of`` is the sha256 of the wheel."""

    of: str
    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at the store found: how much was read, and what is wrong."""

    files: int
    size: int
    damage: tuple[Damage, ...]


def check_store(layout: Layout) -> Checked:
    """Look at every tree."""
    trees: list[Tree] = []
    damage: list[Damage] = []
    for sha256 in sorted(_names(layout.trees)):
        tree = load_tree(sha256, layout.tree(sha256))
        if tree is None:
            damage.append(Damage(sha256, f"{layout.tree(sha256)}/{MANIFEST}", "cannot be read"))
        else:
            trees.append(tree)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda tree: check_tree(tree, layout), trees))
    return Checked(
        sum(checked.files for checked in found),
        sum(checked.size for checked in found),
        (*damage, *(one for checked in found for one in checked.damage)),
    )


def check_tree(tree: Tree, layout: Layout) -> Checked:
    """Hash every file of a tree, of its bytecode, and of its wheel where that is kept."""
    expected = {file.path: (file.sha256, file.size) for file in tree.digests()}
    damage = [] if expected else [Damage(tree.sha256, f"{tree.path}/digests", "cannot be read")]
    damage += [Damage(tree.sha256, path, why) for path, why in _differences(tree.files, expected)]
    files, size = len(expected), sum(length for _, length in expected.values())
    for tag in _names(f"{layout.bytecode}/{tree.sha256}"):
        bytecode = load_bytecode(layout, tree.sha256, tag)
        if bytecode is None:
            path = f"{layout.bytecode}/{tree.sha256}/{tag}/manifest"
            damage.append(Damage(tree.sha256, path, "cannot be read"))
            continue
        compiled = {path: (digest, None) for path, digest in bytecode.digests.items()}
        damage += [Damage(tree.sha256, path, why) for path, why in _differences(bytecode.files, compiled)]
        files += len(compiled)
    wheel = layout.wheel(tree.sha256)
    if os.path.exists(wheel) and _sha256(wheel).hex() != tree.sha256:
        damage.append(Damage(tree.sha256, wheel, "its content was changed"))
    return Checked(files, size, tuple(damage))


def _differences(
    folder: str, expected: "dict[str, tuple[bytes, int]] | dict[str, tuple[bytes, None]]"
) -> Iterator[tuple[str, str]]:
    there = set(_files(folder))
    for path, (digest, size) in expected.items():
        full = f"{folder}/{path}"
        if path not in there:
            yield full, "is missing"
        elif (size is not None and os.path.getsize(full) != size) or _sha256(full) != digest:
            yield full, "its content was changed"
    for path in sorted(there - expected.keys()):
        yield f"{folder}/{path}", "does not belong there"


def _files(folder: str) -> Iterator[str]:
    for path, folders, names in os.walk(folder):
        below = path[len(folder) + 1 :]
        for name in (*names, *(name for name in folders if os.path.islink(f"{path}/{name}"))):
            yield f"{below}/{name}" if below else name


def _sha256(path: str) -> bytes:
    if os.path.islink(path):
        return b""
    hasher = hashlib.sha256(usedforsecurity=False)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.digest()


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
