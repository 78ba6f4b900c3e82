"""Clauses, found by what may make something follow from them.

Something new follows from a clause only where one of its terms begins to hold. The term of a candidate's
requirement holds only while that candidate is the best that is possible, so requirements are kept by
candidate: a project whose thousand releases were refused costs no more than one with three.
"""

from collections.abc import Iterator

from bodega.resolution.clauses import Clause, Depends


class ClauseIndex:
    """The clauses known so far."""

    def __init__(self) -> None:
        self._of_package: dict[str, list[Clause]] = {}
        self._of_candidate: dict[tuple[str, int], list[Clause]] = {}

    def add(self, clause: Clause) -> None:
        """Take a clause in."""
        owner = ""
        if isinstance(clause.cause, Depends):
            owner = clause.cause.package
            bits = clause.cause.candidates
            for candidate in range((bits & -bits).bit_length() - 2, bits.bit_length() - 1):
                self._of_candidate.setdefault((owner, candidate), []).append(clause)
        for package in clause.terms:
            if package != owner:
                self._of_package.setdefault(package, []).append(clause)

    def requirements(self, package: str, candidate: int) -> list[Clause]:
        """What was said of the requirements of a candidate."""
        return self._of_candidate.get((package, candidate), [])

    def awakened(self, package: str, possible: int) -> Iterator[Clause]:
        """Clauses whose term of a package holds, latest first."""
        if not possible & 1:
            best = (possible & -possible).bit_length() - 2
            yield from _holding(self._of_candidate.get((package, best), []), package, possible)
        yield from _holding(self._of_package.get(package, []), package, possible)


def _holding(clauses: list[Clause], package: str, possible: int) -> Iterator[Clause]:
    for clause in reversed(clauses):
        if possible & ~clause.terms[package] == 0:
            yield clause
