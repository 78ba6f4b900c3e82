"""What is in a store and what it takes up: every file looked at once, each content counted once.

Sizes are those on the disk, as ``du`` counts them: blocks of files and folders. A file with several names
(a tree's, an environment's) takes up room until the last of them is gone.
"""

import os
import stat
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from bodega.installer.store.layout import Layout

#: Kinds of things that can go on their own.
WHEEL, TREE, ENVIRONMENT, KEPT = "wheel", "tree", "environment", "kept"
#: A wheel that was built here: having it again costs a build.
BUILT = "built"
#: What says of an environment that it is whole, and by its time when it was last used.
COMPLETE = ".complete"
_BLOCK = 512
#: Folders of files that can be had or made again.
_KEPT = ("pages", "metadata", "computed", "built")
_ENVIRONMENTS = ("environments", "build-environments")
#: Folders that are looked at first, since what is shared is counted where it is seen first.
_FIRST = ("trees", "bytecode", "runnable", "wheels")
_SHA256_DIGITS = 64


@dataclass(slots=True, eq=False)
class Content:
    """One content on the disk: ``names`` are all that it has, ``ours`` those in the store's own folders."""

    size: int
    names: int
    ours: int = 0


@dataclass(slots=True, eq=False)
class Item:
    """Something that can go on its own: its paths, its contents (one for each name), what folders take up.

    ``used`` is when it was last used, in seconds. ``witness`` is a content of a tree that no other tree
    shares: where it has a name outside the store's own folders, an environment holds the tree's files.
    """

    kind: str
    key: str
    used: float = 0.0
    project: str = ""
    paths: list[str] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    folders: int = 0
    witness: Content | None = None

    @property
    def is_held(self) -> bool:
        """Whether an environment holds the files of a tree."""
        return self.witness is not None and self.witness.names > self.witness.ours

    def frees(self) -> int:
        """What becomes free when it goes."""
        lost = Counter(self.contents)
        return self.folders + sum(one.size for one, count in lost.items() if one.names <= count)

    def goes(self) -> int:
        """Count it as gone; what became free."""
        freed = self.frees()
        for one in self.contents:
            one.names -= 1
            one.ours -= self.kind != ENVIRONMENT
        return freed


@dataclass(slots=True)
class Census:
    """Everything in a store. ``parts`` is what each folder takes up, ``projects`` what the trees of each do.

    ``shared`` is what takes up no room of its own: contents that environments hold too.
    """

    items: list[Item] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)
    shared: int = 0
    files: int = 0

    @property
    def total(self) -> int:
        """What all of it takes up."""
        return sum(self.parts.values())

    def of(self, kind: str) -> list[Item]:
        """The items of one kind, those that were not used for longest first."""
        return sorted((item for item in self.items if item.kind == kind), key=lambda item: item.used)


def take_census(layout: Layout) -> Census:
    """Look at a whole store; what goes away meanwhile is passed over."""
    look = _Look(layout)
    look.everything()
    census = look.census
    census.items = list(look.items.values())
    look.name_built()
    census.shared = sum(one.size for one in look.contents.values() if one.names > one.ours)
    return census


class _Look:
    """One look at a store."""

    def __init__(self, layout: Layout) -> None:
        self.census = Census()
        self.items: dict[tuple[str, str], Item] = {}
        self.contents: dict[tuple[int, int], Content] = {}
        self._root = layout.root
        self._part = ""
        self._projects: dict[str, str] = {}
        for name in _names(layout.projects):
            for sha256 in _names(f"{layout.projects}/{name}"):
                self._projects[sha256] = name

    def everything(self) -> None:
        for name in sorted(_names(self._root), key=_place):
            self._part = name
            self.census.parts[name] = 0
            self._entry(f"{self._root}/{name}", (name,), None)
        if os.path.isdir(self._root):
            self.census.parts["."] = os.lstat(self._root).st_blocks * _BLOCK

    def name_built(self) -> None:
        import json  # noqa: PLC0415 - only where the whole store is looked at

        for (kind, key), item in list(self.items.items()):
            if kind == KEPT and key.startswith("built/") and "logs" not in key:
                with suppress(OSError, ValueError, KeyError, TypeError):
                    with open(item.paths[0], encoding="utf-8") as file:
                        sha256 = json.load(file)["sha256"]
                    self.items[WHEEL, sha256].kind = BUILT

    def _entry(self, path: str, below: tuple[str, ...], item: Item | None) -> None:
        try:
            status = os.lstat(path)
        except OSError:
            return
        is_folder = stat.S_ISDIR(status.st_mode)
        if item is None:
            item = self._item(path, below, status, is_folder=is_folder)
        if not is_folder:
            self._file(below, status, item)
            return
        size = status.st_blocks * _BLOCK
        self._count(size, item)
        if item is not None:
            item.folders += size
        for name in _names(path):
            self._entry(f"{path}/{name}", (*below, name), item)

    def _file(self, below: tuple[str, ...], status: os.stat_result, item: Item | None) -> None:
        key = (status.st_dev, status.st_ino)
        content = self.contents.get(key)
        self.census.files += 1
        if content is None:
            content = self.contents[key] = Content(status.st_blocks * _BLOCK, status.st_nlink)
            self._count(content.size, item)
        content.ours += below[0] not in _ENVIRONMENTS
        if item is not None:
            item.contents.append(content)
            if below[0] == "trees" and below[-1] == "WHEEL" and below[-2].endswith(".dist-info"):
                item.witness = content

    def _count(self, size: int, item: Item | None) -> None:
        self.census.parts[self._part] += size
        if item is not None and item.kind == TREE and item.project:
            self.census.projects[item.project] = self.census.projects.get(item.project, 0) + size

    def _item(
        self, path: str, below: tuple[str, ...], status: os.stat_result, *, is_folder: bool
    ) -> Item | None:
        part, name = below[0], below[-1]
        if part in ("trees", "bytecode", "runnable"):
            if len(name) != _SHA256_DIGITS:
                return None
            item = self._known(TREE, name)
            item.project = self._projects.get(name, "")
            if part == "trees":
                item.used = status.st_mtime
                item.paths.insert(0, path)
                if item.project:
                    item.paths.append(f"{self._root}/projects/{item.project}/{name}")
                return item
        elif part == "wheels" and name.endswith(".whl"):
            item = self._known(WHEEL, name.removesuffix(".whl"))
            item.project, item.used = self._projects.get(item.key, ""), status.st_mtime
        elif part in _ENVIRONMENTS and len(below) > 1 and is_folder:
            item = self._known(ENVIRONMENT, "/".join(below))
            item.used = _used(path, status)
        elif part in _KEPT and not is_folder and not name.endswith(".lock") and "locks" not in below:
            item = self._known(KEPT, "/".join(below))
            item.used = status.st_mtime
        else:
            return None
        item.paths.append(path)
        return item

    def _known(self, kind: str, key: str) -> Item:
        return self.items.setdefault((kind, key), Item(kind, key))


def _used(path: str, status: os.stat_result) -> float:
    try:
        return os.stat(f"{path}/{COMPLETE}").st_mtime
    except OSError:
        return status.st_mtime


def _place(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
