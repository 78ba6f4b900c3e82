"""A conflict as data: the clause that nothing can satisfy, and the facts that it was derived from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bodega.resolution.clauses import Asked, Clause, Constrained, Depends, Derived, Fact
from bodega.resolution.ports import Offer
from bodega.resolution.version_spans import spans


@dataclass(frozen=True, slots=True)
class Group:
    """What one package (``source``) requires of another, or one thing that was asked for (no ``source``)."""

    source: str | None
    target: str
    facts: tuple[Fact, ...]

    @property
    def candidates(self) -> int:
        """The candidates of the source that require something, as bits."""
        return _union(fact.candidates for fact in self.facts if isinstance(fact, Depends))

    @property
    def admits(self) -> int:
        """The candidates of the target that any of the facts admits, as bits."""
        return _union(fact.admits for fact in self.facts)


@dataclass(frozen=True, slots=True)
class Conflict:
    """The proof that there is no solution, and what was offered of each package that takes part."""

    proof: Clause
    offers: Mapping[str, Offer]

    def facts(self) -> list[Fact]:
        """Every fact that takes part, each once, in the order of the derivation."""
        return facts_of(self.proof)

    def groups(self) -> list[Group]:
        """The facts, what one package requires of another taken together, in their order."""
        found: dict[object, list[Fact]] = {}
        for fact in self.facts():
            key = (fact.package, fact.on) if isinstance(fact, Depends) else fact
            found.setdefault(key, []).append(fact)
        return [
            Group(
                facts[0].package if isinstance(facts[0], Depends) else None, target_of(facts[0]), tuple(facts)
            )
            for facts in found.values()
        ]

    def versions(self, package: str, bits: int) -> tuple[str, ...]:
        """The versions behind bits, best first."""
        versions = self.offers[package].versions
        return tuple(version for number, version in enumerate(versions) if bits >> (number + 1) & 1)

    def as_json(self) -> dict[str, object]:
        """The conflict for machines: facts, and what follows from which.

        Versions are given as spans of what is offered: pairs of the first and the last, both inside.
        A derivation step says that its ``terms`` cannot all hold; the last has none. ``follows_from`` are
        indexes of facts (``fact``) or of earlier steps (``step``); ``null`` where an extra shares the
        release of its base.
        """
        facts = self.facts()
        return {
            "facts": [self._fact_as_json(fact) for fact in facts],
            "derivation": list(self._steps_as_json({fact: at for at, fact in enumerate(facts)})),
        }

    def _fact_as_json(self, fact: Fact) -> dict[str, object]:
        about = {"requirement": fact.text, "admits": self._spans(target_of(fact), fact.admits)}
        if isinstance(fact, Depends):
            candidates = self._spans(fact.package, fact.candidates)
            return {"kind": "requires", "project": fact.package, "versions": candidates, **about}
        kind = "asked" if isinstance(fact, Asked) else "constraint"
        return {"kind": kind, "project": fact.package, "origin": fact.origin, **about}

    def _steps_as_json(self, facts: Mapping[Fact, int]) -> Iterator[dict[str, object]]:
        numbers: dict[int, int] = {}
        for clause in _walk(self.proof):
            cause = clause.cause
            if isinstance(cause, Derived):
                numbers[id(clause)] = len(numbers)
                terms = {
                    package: {"versions": self._spans(package, bits), "or_absent": bool(bits & 1)}
                    for package, bits in clause.terms.items()
                }
                yield {
                    "terms": terms,
                    "follows_from": [_reference(c, numbers, facts) for c in (cause.left, cause.right)],
                }

    def _spans(self, package: str, bits: int) -> list[list[str]]:
        return [list(span) for span in spans(self.offers[package].versions, bits)]


def target_of(fact: Fact) -> str:
    """The package that a fact narrows."""
    return fact.on if isinstance(fact, Depends) else fact.package


def facts_of(proof: Clause) -> list[Fact]:
    """The facts that a proof was derived from, each once, in the order of the derivation."""
    causes = (clause.cause for clause in _walk(proof))
    return list(dict.fromkeys(cause for cause in causes if isinstance(cause, Asked | Constrained | Depends)))


def _union(sets: Iterable[int]) -> int:
    bits = 0
    for one in sets:
        bits |= one
    return bits


def _reference(clause: Clause, numbers: Mapping[int, int], facts: Mapping[Fact, int]) -> object:
    if isinstance(clause.cause, Derived):
        return {"step": numbers[id(clause)]}
    if isinstance(clause.cause, Asked | Constrained | Depends):
        return {"fact": facts[clause.cause]}
    return None


def _walk(proof: Clause) -> Iterator[Clause]:
    """Every clause of a derivation once, causes before what follows from them."""
    waiting: list[tuple[Clause, bool]] = [(proof, False)]
    seen: set[int] = set()
    while waiting:
        clause, is_ready = waiting.pop()
        if is_ready:
            yield clause
        elif id(clause) not in seen:
            seen.add(id(clause))
            waiting.append((clause, True))
            if isinstance(clause.cause, Derived):
                waiting += ((clause.cause.right, False), (clause.cause.left, False))
