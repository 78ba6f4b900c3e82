"""From a clause whose terms all hold to one that says more, and the level from which it is of use.

Conflict-driven clause learning as in PubGrub: the clause is resolved with the causes of the steps that made
it hold, latest first, until only one of its terms was made to hold on its level.
"""

from dataclasses import dataclass

from bodega.resolution.clauses import Clause, Derived
from bodega.resolution.partial_solution import PartialSolution, Step


class ContradictionError(Exception):
    """Nothing satisfies the clauses; ``proof`` is the clause with no terms, and what it follows from."""

    def __init__(self, proof: Clause) -> None:
        super().__init__()
        self.proof = proof


@dataclass(frozen=True, slots=True)
class _Satisfier:
    """The step that made the last term hold, and the level on which all other terms held already."""

    step: Step
    other_level: int


def learn(clause: Clause, known: PartialSolution) -> tuple[Clause, int]:
    """What follows from a clause that holds, and the level to go back to.

    The clause with no terms, which proves that there is no solution, comes back with level -1.
    """
    while clause.terms:
        satisfier = _satisfier(clause, known)
        step = satisfier.step
        if step.cause is None or satisfier.other_level < step.level:
            return clause, satisfier.other_level
        clause = _resolved(clause, step.cause, step.package, known)
    return clause, -1


def _satisfier(clause: Clause, known: PartialSolution) -> _Satisfier:
    """Walk the log backwards until a term stops holding: that step is the satisfier."""
    other_level = 0
    found: Step | None = None
    waiting = dict(clause.terms)
    for step in reversed(known.log):
        bits = waiting.get(step.package)
        if bits is None or step.before & ~bits == 0:
            continue
        if found is None:
            found = step
            del waiting[step.package]
            rest = _rest(step, bits, known)
            if rest is not None:
                waiting[step.package] = rest
        else:
            other_level = max(other_level, step.level)
            del waiting[step.package]
    if found is None:
        raise AssertionError(clause.terms)
    return _Satisfier(found, other_level)


def _rest(step: Step, bits: int, known: PartialSolution) -> int | None:
    """What earlier steps must have said of the package, where this step alone did not make the term hold."""
    if step.cause is None:
        return None
    said = known.full[step.package] & ~step.cause.terms[step.package]
    return None if said & ~bits == 0 else bits | ~said


def _resolved(clause: Clause, cause: Clause, pivot: str, known: PartialSolution) -> Clause:
    terms: dict[str, int] = {}
    for package in (*clause.terms, *(name for name in cause.terms if name not in clause.terms)):
        full = known.full[package]
        left, right = clause.terms.get(package, full), cause.terms.get(package, full)
        bits = left | right if package == pivot else left & right
        if bits & full != full:
            terms[package] = bits
    return Clause(terms, Derived(clause, cause))
