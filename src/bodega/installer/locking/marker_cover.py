"""Short markers for sets of environments (PEP 508): true in all of a set, false in all others asked for.

What holds in environments that nobody asked for is left open: that is what makes them short, and why a lock
says which ``environments`` it is for. A marker is grown from one environment at a time: all that can be said
of it, less all that need not be said to keep others out, in several orders, of which the shortest wins.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from bodega.installer.locking.cells import Cell

_NEGATED = {
    "==": "!=",
    "!=": "==",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
}
#: What is said of an environment, by kind, and in which orders it is left out.
_ORDERS = (
    (
        "fact",
        "part",
        "is-machine",
        "not-machine",
        "is-python",
        "not-python",
        "python",
        "is-system",
        "not-system",
    ),
    (
        "fact",
        "part",
        "is-machine",
        "not-machine",
        "is-python",
        "not-python",
        "python",
        "not-system",
        "is-system",
    ),
    (
        "fact",
        "part",
        "is-system",
        "is-machine",
        "not-machine",
        "not-system",
        "not-python",
        "is-python",
        "python",
    ),
    (
        "fact",
        "part",
        "not-python",
        "not-system",
        "not-machine",
        "python",
        "is-python",
        "is-machine",
        "is-system",
    ),
    (
        "fact",
        "part",
        "python",
        "not-python",
        "not-system",
        "not-machine",
        "is-machine",
        "is-system",
        "is-python",
    ),
    (
        "not-machine",
        "is-system",
        "not-system",
        "is-machine",
        "is-python",
        "not-python",
        "python",
        "fact",
        "part",
    ),
    (
        "not-system",
        "not-machine",
        "is-machine",
        "is-system",
        "not-python",
        "is-python",
        "python",
        "part",
        "fact",
    ),
    (
        "is-python",
        "not-python",
        "python",
        "not-system",
        "is-system",
        "not-machine",
        "is-machine",
        "part",
        "fact",
    ),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A cell, and which of the parts that conflict are asked for: what one solution is for."""

    cell: Cell
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Saying:
    """A comparison: the points where it holds, and those where it may, as bits."""

    text: str
    kind: str
    cost: int
    sure: int
    maybe: int


@dataclass(frozen=True, slots=True)
class _Cube:
    """Comparisons that hold together."""

    sayings: tuple[_Saying, ...]
    sure: int

    @property
    def cost(self) -> int:
        return sum(one.cost for one in self.sayings)

    @property
    def text(self) -> str:
        return " and ".join(one.text for one in self.sayings)


class MarkerCover:
    """Makes markers over all points of a lock; ``parts`` are the conflicting ones, each with its marker."""

    def __init__(self, points: Sequence[Point], parts: Mapping[str, str] | None = None) -> None:
        self._points = points
        self._every = (1 << len(points)) - 1
        self._parts = parts or {}
        self._known: dict[tuple[int, int], str | None] = {}

    def without(self, part: str) -> int:
        """The points where a part that conflicts is not asked for; none, where it conflicts with nothing."""
        if part not in self._parts:
            return 0
        return _bits(part not in point.parts for point in self._points)

    def marker(self, wanted: int, *, free: int = 0) -> str | None:
        """True in all of ``wanted``, false in all points that are neither that nor ``free``.

        ``None`` where it is true everywhere; ``wanted`` must not be empty.
        """
        key = (wanted, free)
        if key not in self._known:
            self._known[key] = self._made(wanted, self._every & ~(wanted | free))
        return self._known[key]

    def _made(self, wanted: int, others: int) -> str | None:
        if not others:
            return None
        cubes: list[_Cube] = []
        left = wanted
        while left:
            number = (left & -left).bit_length() - 1
            cube = self._grown(number, left, others)
            cubes.append(cube)
            left &= ~(cube.sure | 1 << number)
        needed = list(cubes)
        for cube in cubes:
            rest = [one for one in needed if one is not cube]
            if rest and not wanted & ~_union(rest):
                needed = rest
        return joined([cube.text for cube in needed], [len(cube.sayings) for cube in needed])

    def _grown(self, number: int, left: int, others: int) -> _Cube:
        """The cube that holds at a point and nowhere among others, and serves most for its length."""
        own = [one for one in self._sayings if one.sure >> number & 1]
        found = {}
        for order in _ORDERS:
            rank = {kind: at for at, kind in enumerate(order)}
            # Of one kind, what says most goes first, so that the least that keeps the others out stays.
            ordered = sorted(own, key=lambda one: (rank[one.kind], one.maybe.bit_count()))
            cube = _reduced(ordered, others, self._every)
            found[cube.text] = cube
        return max(
            found.values(), key=lambda cube: ((cube.sure & left).bit_count() / (cube.cost + 3), -cube.cost)
        )

    @cached_property
    def _sayings(self) -> list[_Saying]:
        return [one for one in (*self._of_systems(), *self._of_pythons(), *self._of_rest()) if one.sure]

    def _either(
        self, texts: tuple[str, str], kinds: tuple[str, str], costs: tuple[int, int], bits: int
    ) -> Iterator[_Saying]:
        """A comparison that is settled at every point, and its contrary."""
        contrary = self._every & ~bits
        yield _Saying(texts[0], kinds[0], costs[0], bits, bits)
        yield _Saying(texts[1], kinds[1], costs[1], contrary, contrary)

    def _of_systems(self) -> Iterator[_Saying]:
        for name, kind in (("sys_platform", "system"), ("platform_machine", "machine")):
            values = [point.cell.variables[name] for point in self._points]
            for value in sorted(set(values)):
                texts = f"{name} == '{value}'", f"{name} != '{value}'"
                bits = _bits(one == value for one in values)
                yield from self._either(texts, (f"is-{kind}", f"not-{kind}"), (4, 5), bits)

    def _of_pythons(self) -> Iterator[_Saying]:
        firsts = [_first(point.cell) for point in self._points]
        lasts = [_last(point.cell) for point in self._points]
        starts = sorted(set(firsts))
        lowest = dict(reversed(starts))
        for minor in sorted(lowest):
            text = ".".join(map(str, minor))
            texts = f"python_version == '{text}'", f"python_version != '{text}'"
            bits = _bits(first[0] == minor for first in firsts)
            yield from self._either(texts, ("is-python", "not-python"), (4, 6), bits)
        for start in starts[1:]:
            text = ".".join(map(str, start[0]))
            is_whole = lowest[start[0]] == start[1]
            name, value = (
                ("python_version", text) if is_whole else ("python_full_version", f"{text}.{start[1]}")
            )
            cost = 4 if is_whole else 6
            after = _bits(first >= start for first in firsts)
            before = _bits(last < start for last in lasts)
            yield _Saying(f"{name} < '{value}'", "python", cost, before, self._every & ~after)
            yield _Saying(f"{name} >= '{value}'", "python", cost, after, self._every & ~before)

    def _of_rest(self) -> Iterator[_Saying]:
        for text in dict.fromkeys(fact.text for point in self._points for fact in point.cell.facts):
            known = [{fact.holds for fact in point.cell.facts if fact.text == text} for point in self._points]
            for holds in (True, False):
                sure = _bits(said == {holds} for said in known)
                maybe = _bits(said != {not holds} for said in known)
                yield _Saying(text if holds else negated(text), "fact", 7, sure, maybe)
        for part, text in self._parts.items():
            bits = _bits(part in point.parts for point in self._points)
            yield from self._either((text, negated(text)), ("part", "part"), (5, 6), bits)


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)


def _first(cell: Cell) -> tuple[tuple[int, ...], int]:
    return tuple(int(part) for part in cell.python.split(".")), cell.low


def _last(cell: Cell) -> tuple[tuple[int, ...], float]:
    return _first(cell)[0], cell.high if cell.high is not None else float("inf")


def _reduced(sayings: Sequence[_Saying], others: int, every: int) -> _Cube:
    """Leave out, first to last, whatever is not needed to keep the others out."""
    needed = list(sayings)
    for saying in sayings:
        rest = [one for one in needed if one is not saying]
        if not _meet(rest, every) & others:
            needed = rest
    needed.sort(key=lambda one: one.kind.rpartition("-")[2], reverse=True)
    sure = every
    for one in needed:
        sure &= one.sure
    return _Cube(tuple(needed), sure)


def _meet(sayings: Iterable[_Saying], every: int) -> int:
    for one in sayings:
        every &= one.maybe
    return every


def _union(cubes: Iterable[_Cube]) -> int:
    bits = 0
    for cube in cubes:
        bits |= cube.sure
    return bits


def joined(texts: Sequence[str], sizes: Sequence[int]) -> str:
    """Markers of which one is to hold; ``sizes`` are how many comparisons each of them joins by ``and``."""
    if len(texts) == 1:
        return texts[0]
    return " or ".join(f"({text})" if size > 1 else text for text, size in zip(texts, sizes, strict=True))


def negated(comparison: str) -> str:
    """The comparison that holds where this one does not."""
    left, operator, right = _split(comparison)
    return f"{left} {_NEGATED[operator]} {right}"


def _split(comparison: str) -> tuple[str, str, str]:
    """Left side, operator, right side; one side is quoted, and may hold anything."""
    is_quoted = comparison[0] in "'\""
    end = comparison.index(comparison[0], 1) + 1 if is_quoted else comparison.index(" ")
    left, rest = comparison[:end], comparison[end:].strip()
    if is_quoted:
        operator, _, right = rest.rpartition(" ")
        return left, operator, right
    at = min(rest.index(quote) for quote in "'\"" if quote in rest)
    return left, rest[:at].strip(), rest[at:]
