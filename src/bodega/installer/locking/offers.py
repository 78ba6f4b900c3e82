"""Candidates as the solver wants them: ordered by preference, and specifiers as bits over them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import and_

from bodega.formats.version_order import OrderedVersions, version_key
from bodega.formats.versions import is_exact_pin, names_prerelease
from bodega.installer.locking.candidate import Candidate, Columns, Ordered, columns_of
from bodega.installer.locking.unoffered import Unoffered, lying_in, nothing_unoffered
from bodega.installer.locking.yanked import because
from bodega.resolution.not_offered import NotOffered, grouped
from bodega.resolution.ports import Offer

#: Admits nothing: given by the driver for a requirement that cannot be met whatever is offered.
IMPOSSIBLE = "!"


@dataclass(frozen=True, slots=True)
class Taste:
    """How candidates are preferred: lowest or highest first, a kept version before all others.

    ``only_final`` takes no pre-release at all; ``late_prereleases`` takes all, but behind the final releases.
    ``pins`` are the ``==V`` of the user: they lead to yanked releases, whatever else is required of these.
    ``prefer_wheels`` puts what must be built behind all wheels.
    """

    lowest: bool = False
    kept_version: str | None = None
    prereleases: bool = False
    late_prereleases: bool = False
    only_final: bool = False
    pins: tuple[str, ...] = ()
    prefer_wheels: bool = False


def offer_of(
    candidates: Sequence[Candidate], taste: Taste, unoffered: Unoffered = nothing_unoffered
) -> tuple[Offer, Sequence[Candidate]]:
    """The offer of candidates that come newest first, and the candidates in the order of its numbers.

    ``unoffered`` gives what exists besides.
    """
    columns, count = columns_of(candidates), len(candidates)
    order: Sequence[int] = range(count - 1, -1, -1) if taste.lowest else range(count)
    kept = _position(columns, order, taste.kept_version) if taste.kept_version is not None else None
    matching = _Matching(candidates, columns, taste, kept)
    if kept is not None:
        order = [order[kept], *order[:kept], *order[kept + 1 :]]
    if taste.late_prereleases or (taste.prefer_wheels and columns.sources):
        first = order[:1] if kept is not None else []
        order = [*first, *sorted(order[len(first) :], key=lambda one: _lateness(one, columns, taste))]
        matching.renumber(order)
    versions = tuple([columns.versions[number] for number in order])
    ordered = candidates if order == range(count) else Ordered(candidates, order)
    unoffered = cache(unoffered)

    def withheld(specifiers: Sequence[str]) -> Sequence[NotOffered]:
        if IMPOSSIBLE in specifiers:
            return ()
        return (*matching.withheld(specifiers), *lying_in(unoffered(), specifiers))

    return Offer(versions, matching, withheld), ordered


def withholds_prereleases(offer: Offer, specifiers: Sequence[str]) -> bool:
    """Whether there is a pre-release such that nothing is admitted by all the specifiers that it lies in."""
    return isinstance(offer.matching, _Matching) and offer.matching.withholds_prereleases(specifiers)


def _lateness(number: int, columns: Columns, taste: Taste) -> tuple[bool, bool]:
    return (
        taste.prefer_wheels and bool(columns.sources >> number & 1),
        taste.late_prereleases and bool(columns.prereleases >> number & 1),
    )


class _Matching:
    """Bits of the candidates that a specifier admits, by the rules on yanks and pre-releases.

    What is computed newest first is renumbered to the order of the offer, in which the candidate at
    ``kept`` was moved to the front.
    """

    def __init__(
        self, newest_first: Sequence[Candidate], columns: Columns, taste: Taste, kept: int | None
    ) -> None:
        self._newest_first = newest_first
        self._count = len(newest_first)
        self._ordered = OrderedVersions(columns.versions, columns.keys)
        self._taste = taste
        self._kept = kept
        # What is here already is a possible answer whatever it is.
        exempt = 1 << self._turned(kept) if kept is not None else 0
        self._prereleases = columns.prereleases & ~exempt
        self._yanked = columns.yanked & ~exempt
        self._yanked &= ~self._pinned(taste.pins)
        self._known: dict[str, int] = {}
        self._numbers: list[int] | None = None

    def __call__(self, specifier: str) -> int:
        bits = self._known.get(specifier)
        if bits is None:
            admitted = 0 if specifier == IMPOSSIBLE else self._admitted(specifier)
            bits = self._known[specifier] = self._numbered(admitted) << 1
        return bits

    def withheld(self, specifiers: Sequence[str]) -> list[NotOffered]:
        """The candidates that lie in all specifiers and are not admitted by all, newest first."""
        inside = admitted = self._ordered.every
        for specifier in specifiers:
            inside &= self._ordered.admitted(specifier)
            admitted &= self._admitted(specifier)
        bits = inside & ~admitted
        found = [one for number, one in enumerate(self._newest_first) if bits >> number & 1]
        return grouped(_withheld(one) for one in found)

    def withholds_prereleases(self, specifiers: Sequence[str]) -> bool:
        """Whether there is a pre-release such that nothing is admitted by all the specifiers it lies in."""
        if self._taste.only_final or self._taste.late_prereleases:
            return False
        early = self._prereleases & ~self._yanked
        if not early:
            return False
        pairs = [
            (self._ordered.admitted(one), self._admitted(one)) for one in specifiers if one != IMPOSSIBLE
        ]
        for number in range(early.bit_length()):
            around = [admitted for inside, admitted in pairs if inside & early & 1 << number]
            if around and not reduce(and_, around):
                return True
        return False

    def _pinned(self, pins: Sequence[str]) -> int:
        """Yanked releases that pins lead to, for want of others."""
        admitted = map(self._ordered.admitted, pins)
        return sum({bits for bits in admitted if not bits & ~self._yanked})

    def _admitted(self, specifier: str) -> int:
        every = self._ordered.admitted(specifier)
        # A yanked release is for those who pin it, and only where nothing else is left.
        bits = every & ~self._yanked or (every if is_exact_pin(specifier) else 0)
        if self._taste.only_final:
            return bits & ~self._prereleases
        is_open = self._taste.prereleases or self._taste.late_prereleases
        if not bits & self._prereleases or is_open or names_prerelease(specifier):
            return bits
        # Without a final release that fits, a pre-release is better than nothing.
        return bits & ~self._prereleases or bits

    def _turned(self, position: int) -> int:
        return self._count - 1 - position if self._taste.lowest else position

    def renumber(self, order: Sequence[int]) -> None:
        """Number by another order of the candidates."""
        self._numbers = [0] * self._count
        for number, at in enumerate(order):
            self._numbers[at] = number

    def _numbered(self, bits: int) -> int:
        if self._numbers is not None:
            return sum(1 << number for at, number in enumerate(self._numbers) if bits >> at & 1)
        if self._taste.lowest and self._count:
            bits = int(f"{bits:0{self._count}b}"[::-1], 2)
        if self._kept is None:
            return bits
        before = bits & ((1 << self._kept) - 1)
        behind = bits >> (self._kept + 1) << (self._kept + 1)
        return behind | before << 1 | (bits >> self._kept & 1)


def _position(columns: Columns, order: Sequence[int], version: str) -> int | None:
    key = version_key(version)
    return next((at for at, number in enumerate(order) if columns.keys[number] == key), None)


def _withheld(one: Candidate) -> NotOffered:
    if one.file.yanked is None:
        return NotOffered("prerelease", (one.version,), "pre-releases, which nothing here asks for", "--pre")
    words = because(one.file.yanked)
    return NotOffered("yanked", (one.version,), f"yanked, and so for exact pins only{words}")
