"""Clear a store: what nothing uses goes, what was not used for longest first; what is in use never does.

In use is a tree whose files an environment holds, that an environment links to, that a history needs to go
back to, or that a process has found and may be installing. Wheels as they came go first: they only serve to
make the next version with fewer bytes, and to repair. Those that were built here go last: they cost a build.
"""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from bodega.installer.store.census import (
    BUILT,
    COMPLETE,
    ENVIRONMENT,
    KEPT,
    TREE,
    WHEEL,
    Census,
    Item,
    take_census,
)
from bodega.installer.store.layout import Layout
from bodega.installer.store.leases import alone, used_since
from bodega.installer.store.locks import locked, try_lock
from bodega.installer.store.staging_area import remove_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What is to go: what was last used before ``before`` (seconds); and then as much as leaves ``size``.

    ``None`` does not limit.
    """

    before: float | None = None
    size: int | None = None


@dataclass(slots=True)
class Cleared:
    """What went: how many of each kind, by project, and how many bytes of disk became free.

    ``before`` is what the store took up, ``in_use`` how many trees could not go.
    """

    before: int
    freed: int = 0
    in_use: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    projects: dict[str, int] = field(default_factory=dict)


#: Gives an empty folder on the store's device, cleared later by whoever comes after this process.
Scratch = Callable[[], str]


#: The trees (sha256) that each environment needs, by its folder.
Needs = Mapping[str, Collection[str]]


def clear_store(layout: Layout, limits: Limits, needs: Needs, scratch: Scratch | None) -> Cleared:
    """Clear it. Without ``scratch`` nothing goes, and it is told what would.

    Raises OSError.
    """
    with locked(f"{layout.root}/clearing.lock"):
        return _clear(layout, limits, dict(needs), scratch)


def _clear(
    layout: Layout, limits: Limits, needs: dict[str, Collection[str]], scratch: Scratch | None
) -> Cleared:
    # Nothing that anybody found since then may go; it is asked first, and what begins later is newer.
    latest = used_since(layout)
    census = take_census(layout)
    cleared = Cleared(census.total)
    remove = _counted if scratch is None else _Removal(layout, latest, scratch).remove
    for item in _candidates(census, limits, needs, cleared):
        if item.used >= latest or not remove(item):
            continue
        if item.kind == ENVIRONMENT:
            needs.pop(item.paths[0], None)
        freed = item.goes()
        cleared.freed += freed
        cleared.counts[item.kind] = cleared.counts.get(item.kind, 0) + 1
        if item.project:
            cleared.projects[item.project] = cleared.projects.get(item.project, 0) + freed
    return cleared


def _candidates(census: Census, limits: Limits, needs: Needs, cleared: Cleared) -> Iterator[Item]:
    for kind in (WHEEL, ENVIRONMENT, TREE, KEPT, BUILT):
        # Asked again for each kind: an environment that went needs nothing.
        needed = {sha256 for trees in needs.values() for sha256 in trees}
        for item in census.of(kind):
            if kind == TREE and (item.key in needed or item.is_held):
                cleared.in_use += 1
                continue
            too_old = limits.before is not None and item.used < limits.before
            too_much = limits.size is not None and census.total - cleared.freed > limits.size
            if too_old or too_much:
                yield item


def _counted(_item: Item) -> bool:
    return True


class _Removal:
    """Takes items away: out of everybody's sight by one rename, then for good."""

    def __init__(self, layout: Layout, latest: float, scratch: Scratch) -> None:
        self._layout = layout
        self._latest = latest
        self._scratch = scratch

    def remove(self, item: Item) -> bool:
        """Whether it went: what was used meanwhile stays."""
        folder = self._scratch()
        try:
            if item.kind == ENVIRONMENT:
                return self._remove_environment(item.paths[0], folder)
            with alone(self._layout):
                if self._was_used(item.paths[0]):
                    return False
                for number, path in enumerate(item.paths):
                    _move(path, f"{folder}/{number}")
            return True
        finally:
            remove_tree(folder)

    def _remove_environment(self, path: str, folder: str) -> bool:
        """Remove an environment that commands made for themselves, unless one is making it or runs in it."""
        held = [try_lock(f"{path}.lock")]
        try:
            if held[0] is not None and os.path.exists(f"{path}/{COMPLETE}"):
                held.append(try_lock(f"{path}/{COMPLETE}"))
            if None in held or self._was_used(f"{path}/{COMPLETE}"):
                return False
            _move(path, f"{folder}/0")
        finally:
            for descriptor in held:
                if descriptor is not None:
                    os.close(descriptor)
        return True

    def _was_used(self, path: str) -> bool:
        try:
            return os.stat(path).st_mtime >= self._latest
        except FileNotFoundError:
            return False


def _move(path: str, target: str) -> None:
    with suppress(FileNotFoundError):
        if os.path.isdir(path) and not os.path.islink(path):
            os.chmod(path, 0o700)  # a folder's own mode decides whether it can be moved to another
        os.rename(path, target)
