"""A request resolved for every environment that a lock is for, so that the answers agree where they can.

Environments are solved one after the other, each exactly: what an install there would be asked. The versions
chosen before are preferred, so a version differs only where it must. An answer counts for as many
environments as its own requirements do not tell apart; for the rest the search goes on.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import TypeVar

from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.targets import Target
from bodega.installer.locking.cells import Cell, Question, divided
from bodega.installer.locking.errors import TooManyEnvironmentsError
from bodega.installer.locking.locked_versions import LockedVersion
from bodega.installer.locking.marker_cover import Point
from bodega.installer.locking.ports import Asked, Reference
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve import ResolveRequest
from bodega.installer.locking.undeclared import undeclared
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import base_of

#: What is needed whatever extras and groups are asked for.
ALWAYS = ""
#: Solutions of one lock; more come from markers that cut environments ever finer.
MOST_POINTS = 2000
#: Combinations of parts that conflict.
MOST_CHOICES = 64

_Wish = TypeVar("_Wish", Asked, Reference)

#: Resolves for one environment.
Resolve = Callable[[Target, ResolveRequest], Resolution]


@dataclass(frozen=True, slots=True)
class PartAsked:
    """What an extra or a dependency group asks for."""

    requirements: tuple[Asked, ...] = ()
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EverywhereRequest:
    """What is to be resolved, for which environments.

    ``base`` is needed always. ``parts`` are extras and groups by name, ``extra:cpu`` and ``group:dev``; of
    those in one set of ``conflicts`` at most one is ever asked for. ``fewest`` begins with the oldest Python,
    so that what it can have is taken everywhere.
    """

    base: ResolveRequest
    cells: tuple[Cell, ...]
    parts: Mapping[str, PartAsked] = field(default_factory=dict)
    conflicts: tuple[frozenset[str], ...] = ()
    fewest: bool = False
    earlier: Sequence[LockedVersion] = ()
    default_groups: Sequence[str] = ()

    @property
    def own(self) -> PartAsked:
        """What is needed always, as the parts are."""
        return PartAsked(tuple(self.base.requirements), tuple(self.base.references))


@dataclass(frozen=True, slots=True)
class Solved:
    """The answer for one point; ``needed_by`` says for the sake of which parts each project is in it."""

    point: Point
    resolution: Resolution
    needed_by: Mapping[NormalizedName, frozenset[str]]


def resolve_everywhere(asked: EverywhereRequest, resolve: Resolve) -> list[Solved]:
    """Solutions that between them are for every environment, and every choice among parts that conflict.

    Raises what ``resolve`` raises, TooManyEnvironmentsError.
    """
    choices = choices_of(asked.conflicts)
    cells = sorted(asked.cells, key=_minor, reverse=not asked.fewest)
    waiting = [Point(cell, parts) for cell in reversed(cells) for parts in reversed(choices)]
    solved: list[Solved] = []
    while waiting:
        point = waiting.pop()
        request = _request(asked, point, solved)
        resolution = _resolved(asked, point, request, resolve)
        cell, others = point.cell, []
        for question in _questions(request, resolution):
            cell, more = divided(cell, question)
            others += more
        if len(solved) + len(waiting) + len(others) >= MOST_POINTS:
            raise TooManyEnvironmentsError(MOST_POINTS)
        waiting += [Point(other, point.parts) for other in reversed(others)]
        point = Point(cell, point.parts)
        solved.append(Solved(point, resolution, _needed_by(asked, resolution)))
    return solved


def _resolved(
    asked: EverywhereRequest, point: Point, request: ResolveRequest, resolve: Resolve
) -> Resolution:
    try:
        return resolve(point.cell.target, request)
    except NoSolutionError as failure:

        def attempt(without: Collection[str]) -> Resolution:
            left = {name: part for name, part in asked.parts.items() if name not in without}
            return resolve(point.cell.target, _request(replace(asked, parts=left), point, ()))

        failure.advice = undeclared(failure, _Owners(asked).of, attempt)
        if point.cell.fixed is None:
            failure.where = point.cell.words
        raise


def choices_of(conflicts: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Each way of asking for parts that conflict, none of them first; raises TooManyEnvironmentsError."""
    every = sorted(set().union(*conflicts))
    found: list[frozenset[str]] = []
    for count in range(len(conflicts) + 1):
        for some in combinations(every, count):
            chosen = frozenset(some)
            if all(len(chosen & one) <= 1 for one in conflicts):
                found.append(chosen)
                if len(found) > MOST_CHOICES:
                    raise TooManyEnvironmentsError(
                        MOST_CHOICES, "choices among extras and groups that conflict"
                    )
    return found


def _minor(cell: Cell) -> tuple[int, ...]:
    return tuple(int(number) for number in cell.python.split("."))


def _request(asked: EverywhereRequest, point: Point, solved: Sequence[Solved]) -> ResolveRequest:
    """What is resolved at a point: the base and all parts that may be asked for there."""
    out = set().union(*asked.conflicts) - point.parts
    parts = sorted(asked.parts.keys() - out)
    wishes = [asked.own, *(asked.parts[name] for name in parts)]
    return replace(
        asked.base,
        requirements=_once(one for wish in wishes for one in wish.requirements),
        references=_once(one for wish in wishes for one in wish.references),
        kept={**_preferred(point, solved), **asked.base.kept, **_earlier(asked, point, parts)},
    )


def _earlier(asked: EverywhereRequest, point: Point, parts: Iterable[str]) -> dict[str, str]:
    """The versions that an earlier lock has at a point."""
    if not asked.earlier:
        return {}
    markers = Markers(point.cell.variables)
    chosen = [name.partition(":") for name in parts]
    extras = [name for kind, _, name in chosen if kind == "extra"]
    groups = [name for kind, _, name in chosen if kind == "group"]
    return {
        one.name: one.version
        for one in asked.earlier
        if markers.holds_in_lock(one.marker, groups, extras=extras)
    }


def _preferred(point: Point, solved: Sequence[Solved]) -> dict[str, str]:
    """The versions chosen before, of each project that of the point most like this one."""
    versions: dict[str, str] = {}
    for one in sorted(solved, key=lambda one: _likeness(point, one.point)):
        versions.update((pin.name, pin.version) for pin in one.resolution.pins)
    return versions


def _likeness(one: Point, other: Point) -> tuple[bool, ...]:
    return (
        other.parts <= one.parts,
        one.cell.python == other.cell.python,
        other.cell.low <= one.cell.patch and (other.cell.high is None or one.cell.patch <= other.cell.high),
        one.parts == other.parts,
        one.cell.place == other.cell.place,
    )


def _questions(request: ResolveRequest, resolution: Resolution) -> Iterator[Question]:
    """Whatever was answered for the example of a cell, and may have another answer elsewhere in it."""
    asked = (*request.requirements, *request.constraints, *request.overrides)
    for marker in dict.fromkeys(
        [*(one.requirement.marker for one in asked), *(one.marker for one in request.references)]
    ):
        if marker is not None:
            yield Question(marker)
    for pin in resolution.pins:
        for marker in pin.open_markers:
            yield Question(marker, pin.extras)
        python = pin.candidate.file.requires_python
        if python and not request.any_python:
            yield Question(python, is_python=True)


def _needed_by(asked: EverywhereRequest, resolution: Resolution) -> Mapping[NormalizedName, frozenset[str]]:
    """For each project the parts from which it is reached."""
    owners = _Owners(asked)
    roots: dict[str, list[str]] = {}
    for node, text, origin in resolution.roots:
        for part in owners.of(text, origin):
            roots.setdefault(part, []).append(node)
    needed: dict[NormalizedName, set[str]] = {pin.name: set() for pin in resolution.pins}
    for part, nodes in roots.items():
        for node in _reached(nodes, resolution.graph):
            if "[" not in node and node in needed:
                needed[NormalizedName(node)].add(part)
    return {name: frozenset(parts) or frozenset({ALWAYS}) for name, parts in needed.items()}


class _Owners:
    """Which parts a requirement belongs to: one line may stand in several, as an extra names other extras."""

    def __init__(self, asked: EverywhereRequest) -> None:
        self._by_line: dict[tuple[str, str], set[str]] = {}
        self._by_origin: dict[str, set[str]] = {}
        for name, wish in ((ALWAYS, asked.own), *asked.parts.items()):
            texts = [(one.requirement.text, one.origin) for one in wish.requirements]
            for text, origin in (*texts, *((one.text, one.origin) for one in wish.references)):
                self._by_line.setdefault((text, origin), set()).add(name)
                self._by_origin.setdefault(origin, set()).add(name)

    def of(self, text: str, origin: str) -> set[str]:
        """The parts; an override says another text than what it stands for."""
        return self._by_line.get((text, origin)) or self._by_origin.get(origin) or {ALWAYS}


def _once(wishes: Iterable[_Wish]) -> tuple[_Wish, ...]:
    return tuple(dict.fromkeys(wishes))


def _reached(nodes: Iterable[str], graph: Mapping[str, Sequence[str]]) -> set[str]:
    seen: set[str] = set()
    left = list(nodes)
    while left:
        node = left.pop()
        if node in seen:
            continue
        seen.add(node)
        left += [base_of(node), *graph.get(node, ())]
    return seen
