"""Candidates as the solver wants them: ordered by preference, and specifiers as bits over them."""

from collections.abc import Sequence
from dataclasses import dataclass

from bodega.formats.versions import allowed, is_exact_pin, names_prerelease
from bodega.installer.locking.candidates import Candidate
from bodega.resolution.ports import Offer

#: Admits nothing: given by the driver for a requirement that cannot be met whatever is offered.
IMPOSSIBLE = "!"


@dataclass(frozen=True, slots=True)
class Taste:
    """How candidates are preferred: lowest or highest first, a kept version before all others."""

    lowest: bool = False
    kept_version: str | None = None
    prereleases: bool = False


def offer_of(
    candidates: Sequence[Candidate], taste: Taste, remarks: Sequence[str] = ()
) -> tuple[Offer, list[Candidate]]:
    """The offer, and the candidates in the order of its numbers."""
    ordered = list(reversed(candidates)) if taste.lowest else list(candidates)
    if taste.kept_version is not None:
        ordered.sort(key=lambda candidate: candidate.version != taste.kept_version)
    matching = _Matching(ordered, prereleases=taste.prereleases)
    return Offer(tuple(candidate.version for candidate in ordered), matching, tuple(remarks)), ordered


class _Matching:
    """Bits of the candidates that a specifier admits, by the rules on yanks and pre-releases."""

    def __init__(self, candidates: Sequence[Candidate], *, prereleases: bool) -> None:
        self._versions = [candidate.version for candidate in candidates]
        self._finals = _bits([not candidate.is_prerelease for candidate in candidates])
        self._kept = _bits([candidate.file.yanked is None for candidate in candidates])
        self._prereleases = prereleases
        self._known: dict[str, int] = {}

    def __call__(self, specifier: str) -> int:
        bits = self._known.get(specifier)
        if bits is None:
            bits = self._known[specifier] = 0 if specifier == IMPOSSIBLE else self._match(specifier)
        return bits

    def _match(self, specifier: str) -> int:
        every = _bits(allowed(specifier, self._versions))
        # A yanked release is for those who pin it, and only where nothing else is left.
        bits = every & self._kept or (every if is_exact_pin(specifier) else 0)
        if self._prereleases or names_prerelease(specifier):
            return bits
        # Without a final release that fits, a pre-release is better than nothing.
        return bits & self._finals or bits


def _bits(flags: Sequence[bool]) -> int:
    return sum(2 << number for number, flag in enumerate(flags) if flag)
