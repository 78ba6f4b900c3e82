"""What the store keeps that is no tree: pages of indexes, and wheels as they came or were built.

pip has a cache of answers and one of wheels that it built. The store is both: ``cache`` shows and empties
what it keeps beside the trees that environments are made of. Nothing that is installed is touched; what was
removed is fetched or built again when it is wanted.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bodega.formats.names import normalize
from bodega.installer.store.store import Store

EVERYTHING = "*"
_METADATA = ("metadata", "computed")


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that is kept, under the name that it has outside of the store."""

    filename: str
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Removed:
    """How much was removed."""

    files: int
    size: int


def kept_wheels(store: Store, pattern: str = EVERYTHING) -> list[KeptFile]:
    """The wheels that a pattern fits, sorted: a glob over file names, or a project's name."""
    found = [one for one in _wheels(store) if _fits(one.filename, pattern)]
    return sorted(found, key=lambda one: one.filename)


def kept_answers(store: Store) -> list[KeptFile]:
    """Pages of indexes, metadata, and what was computed from them."""
    root = store.layout.root
    return [one for folder in ("pages", *_METADATA) for one in _files(f"{root}/{folder}")]


def remove(store: Store, pattern: str) -> Removed:
    """Remove the wheels that a pattern fits, and with EVERYTHING what indexes answered, too.

    With a wheel goes what says that it was built from some source, so that it is built anew.
    """
    going = kept_wheels(store, pattern)
    if pattern == EVERYTHING:
        going += kept_answers(store)
        going += list(_files(f"{store.layout.built}"))
    files = size = 0
    for one in going:
        try:
            os.unlink(one.path)
        except OSError:
            continue  # another process was there first, or it may not be removed
        files, size = files + 1, size + one.size
    return Removed(files, size)


def _wheels(store: Store) -> Iterator[KeptFile]:
    for entry in _files(store.layout.wheels):
        tree = store.tree(entry.filename.removesuffix(".whl"))
        # Without its tree, only the digest is known of a wheel.
        yield KeptFile(tree.manifest.filename if tree else entry.filename, entry.path, entry.size)


def _files(folder: str) -> Iterator[KeptFile]:
    try:
        entries: Sequence[os.DirEntry[str]] = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in ("locks", "logs"):
                yield from _files(entry.path)
        elif not entry.name.endswith(".part"):
            yield KeptFile(entry.name, entry.path, entry.stat(follow_symlinks=False).st_size)


def _fits(filename: str, pattern: str) -> bool:
    """As pip: with a dash the version is in it, without one it is a project's name."""
    name, dash, rest = pattern.partition("-")
    spelled = normalize(name).replace("-", "_") if not any(one in name for one in "*?[") else name.lower()
    whole = f"{spelled}-{rest}*.whl" if dash else f"{spelled}-*.whl"
    parts = filename.split("-", 1)
    stem = f"{normalize(parts[0]).replace('-', '_')}-{parts[1]}" if len(parts) > 1 else filename
    return fnmatchcase(stem, whole) or (pattern == EVERYTHING)
