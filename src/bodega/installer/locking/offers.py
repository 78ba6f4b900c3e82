"""Candidates as the solver wants them: ordered by preference, and specifiers as bits over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodega.formats.version_order import OrderedVersions, version_key
from bodega.formats.versions import is_exact_pin, names_prerelease
from bodega.installer.locking.candidates import Candidate
from bodega.resolution.ports import Offer

#: Admits nothing: given by the driver for a requirement that cannot be met whatever is offered.
IMPOSSIBLE = "!"

#: Versions named one by one.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Taste:
    """How candidates are preferred: lowest or highest first, a kept version before all others.

    ``only_final`` takes no pre-release at all; ``prefer_wheels`` puts what must be built behind all wheels.
    """

    lowest: bool = False
    kept_version: str | None = None
    prereleases: bool = False
    only_final: bool = False
    prefer_wheels: bool = False


def offer_of(
    candidates: Sequence[Candidate], taste: Taste, remarks: Sequence[str] = ()
) -> tuple[Offer, list[Candidate]]:
    """The offer of candidates that come newest first, and the candidates in the order of its numbers."""
    ordered = list(reversed(candidates)) if taste.lowest else list(candidates)
    kept = _position(ordered, taste.kept_version)
    matching = _Matching(candidates, taste, kept)
    if kept is not None:
        ordered.insert(0, ordered.pop(kept))
    if taste.prefer_wheels and any(one.is_source for one in ordered):
        first = ordered[:1] if kept is not None else []
        ordered = [*first, *sorted(ordered[len(first) :], key=lambda one: one.is_source)]
        matching.renumber(ordered)
    versions = tuple(candidate.version for candidate in ordered)
    return Offer(versions, matching, tuple(remarks), matching.withheld), ordered


class _Matching:
    """Bits of the candidates that a specifier admits, by the rules on yanks and pre-releases.

    What is computed newest first is renumbered to the order of the offer, in which the candidate at
    ``kept`` was moved to the front.
    """

    def __init__(self, newest_first: Sequence[Candidate], taste: Taste, kept: int | None) -> None:
        self._newest_first = newest_first
        self._count = len(newest_first)
        self._ordered = OrderedVersions(
            [candidate.version for candidate in newest_first], [candidate.key for candidate in newest_first]
        )
        self._taste = taste
        self._kept = kept
        # What is here already is a possible answer whatever it is.
        exempt = newest_first[self._turned(kept)] if kept is not None else None
        self._prereleases = _bits([one.is_prerelease and one is not exempt for one in newest_first])
        self._yanked = _bits([one.file.yanked is not None and one is not exempt for one in newest_first])
        self._known: dict[str, int] = {}
        self._numbers: list[int] | None = None

    def __call__(self, specifier: str) -> int:
        bits = self._known.get(specifier)
        if bits is None:
            admitted = 0 if specifier == IMPOSSIBLE else self._admitted(specifier)
            bits = self._known[specifier] = self._numbered(admitted) << 1
        return bits

    def withheld(self, specifiers: Sequence[str]) -> list[str]:
        """What lies in all specifiers and is not admitted by all, in words."""
        if IMPOSSIBLE in specifiers:
            return []
        inside = admitted = self._ordered.every
        for specifier in specifiers:
            inside &= self._ordered.admitted(specifier)
            admitted &= self._admitted(specifier)
        bits = inside & ~admitted
        yanked = _versions(self._newest_first, bits & self._yanked)
        prereleases = _versions(self._newest_first, bits & ~self._yanked)
        remarks = []
        if yanked:
            remarks.append(f"yanked, and so for exact pins only: {yanked}")
        if prereleases:
            remarks.append(f"pre-releases, which nothing here asks for: {prereleases}")
        return remarks

    def _admitted(self, specifier: str) -> int:
        every = self._ordered.admitted(specifier)
        # A yanked release is for those who pin it, and only where nothing else is left.
        bits = every & ~self._yanked or (every if is_exact_pin(specifier) else 0)
        if self._taste.only_final:
            return bits & ~self._prereleases
        if not bits & self._prereleases or self._taste.prereleases or names_prerelease(specifier):
            return bits
        # Without a final release that fits, a pre-release is better than nothing.
        return bits & ~self._prereleases or bits

    def _turned(self, position: int) -> int:
        return self._count - 1 - position if self._taste.lowest else position

    def renumber(self, ordered: Sequence[Candidate]) -> None:
        """Number by another order of the candidates."""
        numbers = {id(one): number for number, one in enumerate(ordered)}
        self._numbers = [numbers[id(one)] for one in self._newest_first]

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


def _position(ordered: Sequence[Candidate], version: str | None) -> int | None:
    key = version_key(version) if version is not None else None
    return next((at for at, candidate in enumerate(ordered) if candidate.key == key), None)


def _versions(newest_first: Sequence[Candidate], bits: int) -> str:
    found = [one.version for number, one in enumerate(newest_first) if bits >> number & 1]
    more = f" and {len(found) - _NAMED} older" if len(found) > _NAMED else ""
    return ", ".join(found[:_NAMED]) + more


def _bits(flags: Sequence[bool]) -> int:
    return sum(1 << number for number, flag in enumerate(flags) if flag)
