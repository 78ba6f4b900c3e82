"""Where a conflict comes to a point: requirements that together leave no version of one project."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

from bodega.resolution.clauses import Asked, Constrained, Depends
from bodega.resolution.conflicts import Conflict, Group
from bodega.resolution.not_offered import NotOffered, grouped
from bodega.resolution.ports import base_of
from bodega.resolution.version_spans import oldest_first

#: Specifiers of one group that are looked at for what they miss.
_FEW = 3
#: Reasons told of one project.
_MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Clash:
    """Groups that leave nothing of a project, none of which could be left out.

    ``is_whole`` says that this alone is the conflict: whatever is chosen of the rest, it comes to this.
    """

    project: str
    groups: tuple[Group, ...]
    is_whole: bool


class Clashes:
    """The clashes of one conflict, and how its packages are reached from what was asked for.

    ``found`` has whole ones first, then those that are nearest to what was asked for.
    """

    def __init__(self, conflict: Conflict) -> None:
        self.conflict = conflict
        self.groups = conflict.groups()
        self._ways = dict(self._reached())
        found = [
            Clash(project, groups, all(map(self.is_whole, groups))) for project, groups in self._meetings()
        ]
        self.found = sorted(found, key=self._nearness)

    @cached_property
    def withheld(self) -> list[tuple[str, NotOffered]]:
        """What exists and would have helped where requirements clash: project and reason."""
        found: dict[tuple[str, NotOffered], None] = {}
        for clash in self.found:
            for one in _missed(self.conflict, clash):
                found[clash.project, one] = None
        projects = {project for project, _ in found}
        for project in dict.fromkeys(base_of(group.target) for group in self.groups):
            if project not in projects:
                found.update({(project, one): None for one in _newer(self, project)})
        return list(found)

    def way(self, package: str) -> tuple[Group, ...]:
        """The shortest way from what was asked for to a package; empty where none is known."""
        return self._ways.get(package, ())

    def is_whole(self, group: Group) -> bool:
        """Whether a group holds for all that its source can be."""
        if group.source is None:
            return True
        possible, way = self.possible(group.source), self.way(group.source)
        covers = possible > 0 and possible & ~group.candidates == 0
        return covers and bool(way) and all(map(self.is_whole, way[-1:]))

    def possible(self, package: str) -> int:
        """The candidates of a package, as bits, that all who take part leave together."""
        targeting = [one for one in self.groups if base_of(one.target) == base_of(package)]
        return _common(targeting) if targeting else 0

    def _reached(self) -> Iterator[tuple[str, tuple[Group, ...]]]:
        """Each package that is asked for or required, and the shortest way to it."""
        waiting: list[tuple[Group, ...]] = [(one,) for one in self.groups if isinstance(one.facts[0], Asked)]
        seen: set[str] = set()
        for way in waiting:  # grows while it is gone through: breadth first
            package = way[-1].target
            if package in seen:
                continue
            seen.add(package)
            yield package, way
            waiting += [(*way, one) for one in self.groups if one.source == package]

    def _meetings(self) -> Iterator[tuple[str, tuple[Group, ...]]]:
        by_project: dict[str, list[Group]] = {}
        for group in self.groups:
            by_project.setdefault(base_of(group.target), []).append(group)
        for project, groups in by_project.items():
            yield from ((project, (one,)) for one in groups if not one.admits)
            some = [one for one in groups if one.admits]
            pairs = [pair for pair in combinations(some, 2) if not pair[0].admits & pair[1].admits]
            yield from ((project, pair) for pair in pairs)
            if not pairs and len(some) == len(groups) and not _common(groups):
                yield project, _least(groups)

    def _nearness(self, clash: Clash) -> tuple[bool, int, int]:
        depth = sum(len(self.way(one.source)) for one in clash.groups if one.source is not None)
        return not clash.is_whole, len(clash.groups), depth


def _missed(conflict: Conflict, clash: Clash) -> list[NotOffered]:
    """What lies in the specifiers of a clash, of each group those of a few facts."""
    look = conflict.offers[clash.project].withheld
    specifiers = [dict.fromkeys(fact.specifier for fact in one.facts[:_FEW]) for one in clash.groups]
    every = [one for some in product(*specifiers) for one in look(some)]
    once: dict[tuple[str, str], NotOffered] = {}
    for one in every:
        once.setdefault((one.reason, one.detail), one)
    return list(once.values())[:_MOST_REASONS]


def _newer(known: Clashes, project: str) -> list[NotOffered]:
    """What is newer than all that is offered of a project which others require something of."""
    offer = known.conflict.offers[project]
    if not any(group.source is not None and base_of(group.source) == project for group in known.groups):
        return []
    specifiers = {
        fact.specifier
        for group in known.groups
        if base_of(group.target) == project and len(group.facts) == 1
        for fact in group.facts
    }
    newest = offer.versions[oldest_first(offer.versions)[-1]] if offer.versions else None
    found = [one for one in offer.withheld(sorted(specifiers)) if one.reason != "prerelease"]
    return [one for one in grouped(found) if newest is None or _is_newer(one, newest)][:1]


def _is_newer(one: NotOffered, newest: str) -> bool:
    return bool(one.versions) and oldest_first((newest, one.versions[0])) == [0, 1]


def _common(groups: Sequence[Group]) -> int:
    bits = -1
    for group in groups:
        bits &= group.admits
    return bits


def _least(groups: Sequence[Group]) -> tuple[Group, ...]:
    left = list(groups)
    for group in groups:
        rest = [one for one in left if one is not group]
        if rest and not _common(rest):
            left = rest
    return tuple(left)


def kind_of(group: Group) -> int:
    """The order in which the sides of a clash are told: what requires, what was asked for, constraints."""
    kinds = (Depends, Asked, Constrained)
    return next(at for at, kind in enumerate(kinds) if isinstance(group.facts[0], kind))
