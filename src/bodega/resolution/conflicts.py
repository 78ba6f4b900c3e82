"""A conflict as data: the clause that nothing can satisfy, and the facts that it was derived from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bodega.resolution.clauses import Asked, Cause, Clause, Constrained, Depends, Derived, SameRelease
from bodega.resolution.ports import Offer, base_of


@dataclass(frozen=True, slots=True)
class Conflict:
    """The proof that there is no solution, and what was offered of each package that takes part."""

    proof: Clause
    offers: Mapping[str, Offer]

    def facts(self) -> list[Cause]:
        """Every fact that takes part, each once, in the order of the derivation."""
        found: dict[Cause, None] = {}
        for clause in _leaves(self.proof):
            if not isinstance(clause.cause, SameRelease):
                found[clause.cause] = None
        return list(found)

    def remarks(self) -> list[tuple[str, str]]:
        """What is to be said of packages that take part and lack something: project and sentence."""
        packages: dict[str, None] = {}
        for fact in self.facts():
            packages[base_of(fact.on if isinstance(fact, Depends) else fact_package(fact))] = None
        return [(name, remark) for name in packages for remark in self.offers[name].remarks]

    def versions(self, package: str, bits: int) -> tuple[str, ...]:
        """The versions behind bits, best first."""
        versions = self.offers[package].versions
        return tuple(version for number, version in enumerate(versions) if bits >> (number + 1) & 1)

    def as_json(self) -> dict[str, object]:
        """The conflict for machines."""
        return {
            "facts": [self._fact_as_json(fact) for fact in self.facts()],
            "remarks": [{"project": name, "remark": remark} for name, remark in self.remarks()],
        }

    def _fact_as_json(self, fact: Cause) -> dict[str, object]:
        if isinstance(fact, Depends):
            versions = list(self.versions(fact.package, fact.candidates))
            return {
                "kind": "requires",
                "project": fact.package,
                "versions": versions,
                "requirement": fact.text,
            }
        if isinstance(fact, Asked | Constrained):
            kind = "asked" if isinstance(fact, Asked) else "constraint"
            return {"kind": kind, "requirement": fact.text, "origin": fact.origin}
        raise TypeError(fact)


def fact_package(fact: Cause) -> str:
    """The package that a fact is about."""
    if isinstance(fact, Derived):
        raise TypeError(fact)
    return fact.package


def _leaves(clause: Clause) -> Iterator[Clause]:
    waiting, seen = [clause], set()
    while waiting:
        current = waiting.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if isinstance(current.cause, Derived):
            waiting += (current.cause.right, current.cause.left)
        else:
            yield current
