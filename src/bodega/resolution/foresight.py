"""What a search will very likely need next, so that it can be fetched meanwhile."""

from collections.abc import Mapping, Sequence

from bodega.resolution.partial_solution import PartialSolution
from bodega.resolution.ports import Offer, Wanted, base_of

_FEW, _MANY = 3, 24


def foresee(
    roots: Sequence[Wanted],
    known: PartialSolution,
    offers: Mapping[str, Offer],
    dependencies: Mapping[tuple[str, int], tuple[Wanted, ...]],
) -> tuple[tuple[str, ...], tuple[tuple[str, int], ...]]:
    """Candidates and dependencies not fed yet, following the best candidate of everything required."""
    candidates: dict[str, None] = {}
    wanted: dict[tuple[str, int], None] = {}
    seen: set[tuple[str, int]] = set()
    waiting = [*roots, *(Wanted(package, "", "") for package in known.undecided())]
    while waiting:
        want = waiting.pop()
        offer = offers.get(base_of(want.package))
        if offer is None:
            candidates[base_of(want.package)] = None
            continue
        best = _best(want, offer, known)
        if best is None or (want.package, best) in seen:
            continue
        seen.add((want.package, best))
        found = dependencies.get((want.package, best))
        if found is None:
            wanted[want.package, best] = None
        else:
            waiting.extend(found)
    return tuple(candidates), tuple(wanted)


def foresee_refusals(package: str, times: int, known: PartialSolution) -> tuple[tuple[str, int], ...]:
    """The next best candidates of a package that was asked for so many times already.

    The first few are taken as they come; who goes on will likely go far, so ever more are named at once.
    """
    if times < _FEW:
        return ()
    found: list[tuple[str, int]] = []
    bits = known.possible[package] >> 1
    bits &= bits - 1
    while bits and len(found) < min(1 << times, _MANY):
        found.append((package, (bits & -bits).bit_length() - 1))
        bits &= bits - 1
    return tuple(found)


def _best(want: Wanted, offer: Offer, known: PartialSolution) -> int | None:
    bits = offer.matching(want.specifier) & known.possible.get(want.package, -1)
    bits >>= 1
    return (bits & -bits).bit_length() - 1 if bits else None
