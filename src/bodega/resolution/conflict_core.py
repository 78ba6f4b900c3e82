"""The core of a conflict: of the facts of a proof, a set that is a conflict and needs each of its parts.

A proof holds what the search happened to use. Parts are left out one after the other, and the rest is
searched again: where there is still no solution, the part is not needed. A part is a root requirement, a
constraint, or all that one package requires of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeAlias

from bodega.resolution.clauses import Asked, Clause, Constrained, Depends, Fact
from bodega.resolution.conflict_resolution import ContradictionError
from bodega.resolution.conflicts import facts_of
from bodega.resolution.errors import SearchTooLongError
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Solution, Wanted

_MOST_PARTS = 40
_MOST_STEPS = 2_000
#: How often many parts are left out together.
_MOST_TRIES = 60

Parts: TypeAlias = dict[object, list[Fact]]


class FactSearch(Protocol):
    """What is needed of a search here."""

    def feed_candidates(self, name: str, offer: Offer) -> None:
        """The candidates of a project."""

    def feed_dependencies(self, package: str, candidate: int, wanted: Sequence[Wanted]) -> None:
        """What a candidate requires."""

    def advance_unexplained(self) -> Needs | Solution:
        """Go on."""


class SearchMaker(Protocol):
    """Makes a search for a problem."""

    def __call__(self, problem: Problem, *, most_steps: int) -> FactSearch:
        """The search."""


def core_of(facts: Sequence[Fact], offers: Mapping[str, Offer], search: SearchMaker) -> Clause | None:
    """The proof of a smallest conflict among the facts; of very many parts, of a small one.

    ``None`` where finding one would take long.
    """
    proof = _proof(facts, offers, search)
    if proof is None:
        return None
    parts = _parts(facts_of(proof))
    if len(parts) > _MOST_PARTS:
        proof, parts = _coarsely_smaller(proof, parts, offers, search)
    if len(parts) > _MOST_PARTS:
        return proof
    for key in list(parts):
        smaller = _without({key}, parts, offers, search) if key in parts else None
        if smaller is not None:
            proof = smaller
            used = set(facts_of(proof))
            parts = {k: kept for k, group in parts.items() if (kept := [f for f in group if f in used])}
    return proof


def _coarsely_smaller(
    proof: Clause, parts: Parts, offers: Mapping[str, Offer], search: SearchMaker
) -> tuple[Clause, Parts]:
    """Many parts left out at a time, fewer and fewer, while there are too many to go through one by one."""
    size, tries = len(parts) // 2, 0
    while len(parts) > _MOST_PARTS and size and tries < _MOST_TRIES:
        keys = list(parts)
        for at in range(0, len(keys), size):
            tries += 1
            smaller = _without(set(keys[at : at + size]), parts, offers, search)
            if smaller is not None:
                proof, parts = smaller, _parts(facts_of(smaller))
                break
        else:
            size //= 2
    return proof, parts


def _parts(facts: Iterable[Fact]) -> Parts:
    parts: Parts = {}
    for fact in facts:
        key: object = (fact.package, fact.on) if isinstance(fact, Depends) else fact
        parts.setdefault(key, []).append(fact)
    return parts


def _without(
    keys: set[object], parts: Parts, offers: Mapping[str, Offer], search: SearchMaker
) -> Clause | None:
    """The proof that the other parts leave no solution; ``None`` where they do, or nobody knows."""
    rest = [fact for other, group in parts.items() if other not in keys for fact in group]
    return _proof(rest, offers, search)


def _proof(facts: Sequence[Fact], offers: Mapping[str, Offer], search: SearchMaker) -> Clause | None:
    """The proof that these facts leave no solution; ``None`` where there is one, or a proof takes long."""
    running = search(_problem(facts), most_steps=_MOST_STEPS)
    required: dict[str, list[Depends]] = {}
    for fact in facts:
        if isinstance(fact, Depends):
            required.setdefault(fact.package, []).append(fact)
    try:
        while not isinstance(needs := running.advance_unexplained(), Solution):
            for name in needs.candidates:
                running.feed_candidates(name, offers[name])
            for package, candidate in needs.dependencies:
                known = required.get(package, ())
                wanted = [_wanted(fact.on, fact) for fact in known if fact.candidates >> (candidate + 1) & 1]
                running.feed_dependencies(package, candidate, wanted)
    except ContradictionError as contradiction:
        return contradiction.proof
    except SearchTooLongError:
        pass
    return None


def _problem(facts: Iterable[Fact]) -> Problem:
    return Problem(
        [RootRequirement(_wanted(f.package, f), f.origin) for f in facts if isinstance(f, Asked)],
        [RootRequirement(_wanted(f.package, f), f.origin) for f in facts if isinstance(f, Constrained)],
    )


def _wanted(package: str, fact: Fact) -> Wanted:
    return Wanted(package, fact.specifier, fact.text)
