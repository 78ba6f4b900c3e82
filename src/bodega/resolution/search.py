"""The search: PubGrub over bits, as a state machine that asks for what it needs and is fed.

``advance`` works as far as what was fed allows. Nothing here blocks, and the order in which answers arrive
changes nothing: the same problem and the same offers give the same solution.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from bodega.resolution.clause_index import ClauseIndex
from bodega.resolution.clauses import Asked, Clause, Constrained, Depends, SameRelease
from bodega.resolution.conflict_resolution import ContradictionError, learn
from bodega.resolution.errors import NoSolutionError, SearchTooLongError
from bodega.resolution.foresight import foresee, foresee_refusals
from bodega.resolution.partial_solution import PartialSolution
from bodega.resolution.ports import Needs, Offer, Problem, Solution, Wanted, base_of
from bodega.resolution.precedence import Precedence

if TYPE_CHECKING:
    from bodega.resolution.conflicts import Conflict

MOST_STEPS = 200_000
#: How many are named of those that were tried most.
_NAMED = 3


class Search:
    """One search for one problem."""

    def __init__(self, problem: Problem, *, most_steps: int = MOST_STEPS) -> None:
        self._problem = problem
        self._known = PartialSolution()
        self._offers: dict[str, Offer] = {}
        self._dependencies: dict[tuple[str, int], tuple[Wanted, ...]] = {}
        self._considered: dict[tuple[str, Wanted], int] = {}
        self._clauses = ClauseIndex()
        self._unexamined: list[Clause] = []
        self._said: dict[tuple[str, str, str], int] = {}
        self._asked: dict[str, int] = {}
        self._tries: dict[str, int] = {}
        self._precedence = Precedence()
        self._rooted = False
        self._steps = 0
        self._most_steps = most_steps

    def feed_candidates(self, name: str, offer: Offer) -> None:
        """The candidates of a project (never of an extra: those are its base's)."""
        self._offers.setdefault(name, offer)

    def feed_dependencies(self, package: str, candidate: int, wanted: Sequence[Wanted]) -> None:
        """What a candidate of a project, or of one of its extras, requires."""
        self._dependencies.setdefault((package, candidate), tuple(wanted))

    def knows(self, name: str) -> bool:
        """Whether the candidates of a project were fed."""
        return name in self._offers

    def advance(self) -> Needs | Solution:
        """Go on; raises NoSolutionError, SearchTooLongError."""
        try:
            return self.advance_unexplained()
        except ContradictionError as contradiction:
            proof = contradiction.proof
        raise NoSolutionError(lambda: self._conflict(proof))

    def _conflict(self, proof: Clause) -> "Conflict":
        from bodega.resolution.conflict_core import core_of  # noqa: PLC0415 - only a failure needs these
        from bodega.resolution.conflicts import Conflict, facts_of  # noqa: PLC0415

        offers = self._known.offers
        return Conflict(core_of(facts_of(proof), offers, Search) or proof, offers)

    def advance_unexplained(self) -> Needs | Solution:
        """Go on; raises ContradictionError with the bare proof, SearchTooLongError."""
        if not self._rooted:
            missing = self._missing(root.wanted.package for root in self._problem.roots)
            if missing:
                return self._needs(candidates=missing)
            self._root()
        while True:
            self._steps += 1
            if self._steps > self._most_steps:
                raise SearchTooLongError(self._most_steps, self.most_tried())
            package = self._precedence.next(self._known)
            if package is None:
                return self._solution()
            needs = self._decide(package)
            if needs is not None:
                return needs

    def most_tried(self) -> list[str]:
        """The packages whose candidates were tried most often, the most often tried first."""
        return sorted(self._tries, key=lambda package: -self._tries[package])[:_NAMED]

    # --- the start

    def _root(self) -> None:
        self._rooted = True
        for root in self._problem.roots:
            package = root.wanted.package
            self._meet(package)
            bits = self._known.offers[package].matching(root.wanted.specifier)
            asked = Asked(package, root.wanted.specifier, root.wanted.text, root.origin, bits)
            if not bits:
                # Nothing can be that: a term that always holds is left out, and no term is left.
                raise ContradictionError(Clause({}, asked))
            self._add(Clause({package: self._known.full[package] & ~bits}, asked))
        self._propagate([])

    def _meet(self, package: str) -> None:
        """A package whose candidates were fed takes part from now on."""
        if package in self._known.full:
            return
        base = base_of(package)
        self._known.add(package, self._offers[base])
        if package != base:
            self._meet(base)
            terms = {package: self._known.full[package] & ~1, base: 1}
            self._add(Clause(terms, SameRelease(package, base)))
        for constraint in self._problem.constraints:
            if constraint.wanted.package == package:
                specifier, text = constraint.wanted.specifier, constraint.wanted.text
                bits = self._known.offers[package].matching(specifier)
                cause = Constrained(package, specifier, text, constraint.origin, bits)
                self._add(Clause({package: self._known.full[package] & ~bits & ~1}, cause))

    # --- decisions

    def _decide(self, package: str) -> Needs | None:
        base = base_of(package)
        if package != base and self._keep_release(package, base):
            return None
        candidate = self._known.best(package)
        wanted = self._dependencies.get((package, candidate))
        if wanted is None:
            return self._needs_of(package, candidate)
        missing = self._missing(want.package for want in wanted)
        if missing:
            return self._needs(candidates=missing)
        self._tries[package] = self._tries.get(package, 0) + 1
        self._say(package, candidate, wanted)
        known = self._clauses.requirements(package, candidate)
        broken = next((clause for clause in known if self._refuses(clause, package, candidate)), None)
        if broken is not None:
            self._unexamined.append(broken)
            self._propagate([])
            self._propagate(self._reorder(package, broken))
        else:
            self._known.decide(package, candidate)
            self._propagate([package])
        return None

    def _keep_release(self, package: str, base: str) -> bool:
        """Narrow an extra to its base's decided release; whether that changed anything."""
        release = self._known.possible[base]
        if self._known.holds(package, release):
            return False
        others = self._known.full[package] & ~1 & ~release
        self._add(Clause({base: release, package: others}, SameRelease(package, base)))
        self._propagate([base])
        return True

    def _refuses(self, clause: Clause, package: str, candidate: int) -> bool:
        others = (self._known.holds(name, bits) for name, bits in clause.terms.items() if name != package)
        return bool(clause.terms[package] >> (candidate + 1) & 1) and all(others)

    def _say(self, package: str, candidate: int, wanted: tuple[Wanted, ...]) -> None:
        """Add the clauses of a candidate's requirements, widened to neighbours that require the same.

        Only neighbours that were considered before count: what else was fed by chance must change nothing.
        """
        own = 2 << candidate
        for want in wanted:
            self._considered[package, want] = self._considered.get((package, want), 0) | own
        for want in wanted:
            self._meet(want.package)
            said = self._said.get((package, want.package, want.specifier), 0)
            if said & own:
                continue
            alike = self._same_want(package, candidate, want)
            self._said[package, want.package, want.specifier] = said | alike
            self._add(self._requires(package, alike, want))

    def _requires(self, package: str, candidates: int, want: Wanted) -> Clause:
        admitted = self._known.offers[want.package].matching(want.specifier)
        cause = Depends(package, candidates, want.package, want.specifier, want.text, admitted)
        missing = self._known.full[want.package] & ~admitted
        if want.package == package:
            return Clause({package: candidates & missing}, cause)
        terms = {package: candidates}
        if missing != self._known.full[want.package]:
            terms[want.package] = missing
        return Clause(terms, cause)

    def _same_want(self, package: str, candidate: int, want: Wanted) -> int:
        """The candidates around one that were considered and require the same, as bits."""
        known, place = self._considered[package, want], candidate + 1
        above = known >> place + 1
        behind = (~above & (above + 1)).bit_length() - 1
        lowest = (~known & ((1 << place) - 1)).bit_length()
        return (2 << place + behind) - (1 << lowest)

    # --- consequences

    def _add(self, clause: Clause) -> None:
        self._clauses.add(clause)
        self._unexamined.append(clause)

    def _propagate(self, changed: list[str]) -> None:
        while changed or self._unexamined:
            for clause in self._awakened(changed):
                one = self._unit(clause)
                if one is None:
                    continue
                if one == "":
                    changed = self._recover(clause)
                    break
                self._known.narrow(one, ~clause.terms[one], clause)
                changed.append(one)

    def _awakened(self, changed: list[str]) -> Iterable[Clause]:
        if self._unexamined:
            return (self._unexamined.pop(),)
        package = changed.pop()
        return self._clauses.awakened(package, self._known.possible[package], self._known.ground)

    def _unit(self, clause: Clause) -> str | None:
        """The one term that is open; empty when all terms hold; ``None`` when nothing follows."""
        open_term = ""
        for package, bits in clause.terms.items():
            possible = self._known.possible[package]
            if possible & ~bits == 0:
                continue
            if possible & bits == 0 or open_term:
                return None
            open_term = package
        return open_term

    def _recover(self, clause: Clause) -> list[str]:
        """Learn from a clause whose terms all hold, go back, and give the packages to go on with."""
        learned, level = learn(clause, self._known)
        if level < 0:
            raise ContradictionError(learned)
        self._known.back_to(level)
        self._add(learned)
        one = self._unit(learned)
        if not one:
            raise AssertionError(learned.terms)
        self._known.narrow(one, ~learned.terms[one], learned)
        return self._reorder(one, learned) or [one]

    def _reorder(self, refused: str, clause: Clause) -> list[str]:
        """Note for whose sake a package was refused; where that changes the order, go back before these.

        Gives the packages that are to be looked at anew.
        """
        others = [package for package in clause.terms if package != refused]
        decided = [package for package in others if package in self._known.decided]
        if not decided:
            self._precedence.hasten(package for package in others if not self._known.possible[package] & 1)
        elif self._precedence.blame(refused, decided):
            self._known.back_to(min(self._known.decided[package] for package in decided) - 1)
            return list(self._known.possible)
        return []

    # --- what comes out

    def _solution(self) -> Solution:
        return Solution({package: self._known.best(package) for package in self._known.decided})

    def _missing(self, packages: Iterable[str]) -> list[str]:
        return list(dict.fromkeys(b for b in map(base_of, packages) if b not in self._offers))

    def _needs_of(self, package: str, candidate: int) -> Needs:
        needs = self._needs(dependencies=[(package, candidate)])
        asked = self._asked[package] = self._asked.get(package, 0) + 1
        more = foresee_refusals(package, asked, self._known)
        new = tuple(one for one in more if one not in self._dependencies)
        return replace(needs, hinted_dependencies=(*needs.hinted_dependencies, *new))

    def _needs(
        self, *, candidates: Iterable[str] = (), dependencies: Iterable[tuple[str, int]] = ()
    ) -> Needs:
        # What the roots require is known to be required once they were taken in.
        roots = [] if self._rooted else [root.wanted for root in self._problem.roots]
        hints = foresee(roots, self._known, self._offers, self._dependencies)
        return Needs(tuple(candidates), tuple(dependencies), *hints)
