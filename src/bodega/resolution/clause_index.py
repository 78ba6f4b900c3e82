"""Clauses, found by what may make something follow from them.

Something new follows from a clause only where one of its terms begins to hold. The term of a candidate's
requirement holds only while that candidate is the best that is possible, so requirements are kept by
candidate: a project whose thousand releases were refused costs no more than one with three. A clause that
says the same of more candidates takes the place of the one that said it of fewer.
"""

from collections.abc import Iterator, Mapping

from bodega.resolution.clauses import Clause, Depends

#: Clauses of one package from which on it is worth while to look for those that can be forgotten.
_MANY = 32


class _Place:
    """Where the clause of a requirement stands, for all the candidates that it speaks of, as bits."""

    __slots__ = ("candidates", "clause", "is_listed")

    def __init__(self, clause: Clause, candidates: int) -> None:
        self.clause = clause
        self.candidates = candidates
        self.is_listed = False


class ClauseIndex:
    """The clauses known so far."""

    def __init__(self) -> None:
        self._of_package: dict[str, list[_Place]] = {}
        self._looked_through: dict[str, int] = {}
        self._of_candidate: dict[tuple[str, int], list[_Place]] = {}
        self._places: dict[tuple[str, str, str, str], list[_Place]] = {}

    def add(self, clause: Clause) -> None:
        """Take a clause in."""
        owner = ""
        place = _Place(clause, 0)
        if isinstance(clause.cause, Depends):
            owner = clause.cause.package
            place = self._add_requirement(clause, clause.cause)
            place.clause = clause
            if place.is_listed:
                return  # it stands where the one stood that said it of fewer
        place.is_listed = True
        for package in clause.terms:
            if package != owner:
                self._of_package.setdefault(package, []).append(place)

    def _add_requirement(self, clause: Clause, cause: Depends) -> _Place:
        """The place of a requirement; with the clause that was there before, if any was."""
        places = self._places.setdefault((cause.package, cause.on, cause.specifier, cause.text), [])
        place, new = None, cause.candidates
        for known in places:
            if known.candidates & ~cause.candidates == 0:
                new &= ~known.candidates
                if place is not None:
                    place.clause = clause
                known.candidates, place = cause.candidates, known
        if place is None:
            place = _Place(clause, cause.candidates)
            places.append(place)
        while new:
            candidate = (new & -new).bit_length() - 2
            self._of_candidate.setdefault((cause.package, candidate), []).append(place)
            new &= new - 1
        return place

    def requirements(self, package: str, candidate: int) -> list[Clause]:
        """What was said of the requirements of a candidate."""
        return [place.clause for place in self._of_candidate.get((package, candidate), ())]

    def awakened(self, package: str, possible: int, ground: Mapping[str, int]) -> Iterator[Clause]:
        """Clauses whose term of a package holds, latest first.

        Those of which another term can never hold in what is possible on the ground are forgotten.
        """
        if not possible & 1:
            best = (possible & -possible).bit_length() - 2
            yield from _holding(self._of_candidate.get((package, best), []), package, possible)
        known = self._of_package.get(package, [])
        if len(known) > _MANY and len(known) > 2 * self._looked_through.get(package, 0):
            known = self._look_through(package, ground)
        yield from _holding(known, package, possible)

    def _look_through(self, package: str, ground: Mapping[str, int]) -> list[_Place]:
        kept: list[_Place] = []
        for place in self._of_package[package]:
            place.is_listed = _can_hold(place.clause, ground)
            if place.is_listed:
                kept.append(place)
        self._of_package[package] = kept
        self._looked_through[package] = len(kept)
        return kept


def _can_hold(clause: Clause, ground: Mapping[str, int]) -> bool:
    return all(bits & ground[name] for name, bits in clause.terms.items())


def _holding(places: list[_Place], package: str, possible: int) -> Iterator[Clause]:
    for place in reversed(places):
        clause = place.clause
        if possible & ~clause.terms[package] == 0:
            yield clause
