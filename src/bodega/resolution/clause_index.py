"""Clauses, found by what may make something follow from them.

Something new follows from a clause only where one of its terms begins to hold. The term of a candidate's
requirement holds only while that candidate is the best that is possible, so requirements are kept by
candidate: a project whose thousand releases were refused costs no more than one with three. A clause that
says the same of more candidates takes the place of the one that said it of fewer.
"""

from collections.abc import Iterator

from bodega.resolution.clauses import Clause, Depends


class _Place:
    """Where the clause of a requirement stands, for all the candidates that it speaks of, as bits."""

    __slots__ = ("candidates", "clause")

    def __init__(self, clause: Clause, candidates: int) -> None:
        self.clause = clause
        self.candidates = candidates


class ClauseIndex:
    """The clauses known so far."""

    def __init__(self) -> None:
        self._of_package: dict[str, list[Clause]] = {}
        self._of_candidate: dict[tuple[str, int], list[_Place]] = {}
        self._places: dict[tuple[str, str, str, str], list[_Place]] = {}

    def add(self, clause: Clause) -> None:
        """Take a clause in."""
        owner = ""
        if isinstance(clause.cause, Depends):
            owner = clause.cause.package
            self._add_requirement(clause, clause.cause)
        for package in clause.terms:
            if package != owner:
                self._of_package.setdefault(package, []).append(clause)

    def _add_requirement(self, clause: Clause, cause: Depends) -> None:
        places = self._places.setdefault((cause.package, cause.on, cause.specifier, cause.text), [])
        place, new = None, cause.candidates
        for known in places:
            if known.candidates & ~cause.candidates == 0:
                new &= ~known.candidates
                known.clause, known.candidates, place = clause, cause.candidates, known
        if place is None:
            place = _Place(clause, cause.candidates)
            places.append(place)
        while new:
            candidate = (new & -new).bit_length() - 2
            self._of_candidate.setdefault((cause.package, candidate), []).append(place)
            new &= new - 1

    def requirements(self, package: str, candidate: int) -> list[Clause]:
        """What was said of the requirements of a candidate."""
        return [place.clause for place in self._of_candidate.get((package, candidate), ())]

    def awakened(self, package: str, possible: int) -> Iterator[Clause]:
        """Clauses whose term of a package holds, latest first."""
        if not possible & 1:
            best = (possible & -possible).bit_length() - 2
            yield from _holding(self.requirements(package, best), package, possible)
        yield from _holding(self._of_package.get(package, []), package, possible)


def _holding(clauses: list[Clause], package: str, possible: int) -> Iterator[Clause]:
    for clause in reversed(clauses):
        if possible & ~clause.terms[package] == 0:
            yield clause
