"""What is known so far: for every package the candidates that are still possible, and how that came."""

from dataclasses import dataclass

from bodega.resolution.clauses import Clause
from bodega.resolution.ports import Offer


@dataclass(frozen=True, slots=True)
class Step:
    """One narrowing of a package, from ``before`` to ``after``; without ``cause`` it is a decision."""

    package: str
    before: int
    after: int
    level: int
    cause: Clause | None


class PartialSolution:
    """The possible candidates of each package, as bits, and the log of how they were narrowed."""

    def __init__(self) -> None:
        self.full: dict[str, int] = {}
        self.possible: dict[str, int] = {}
        self.offers: dict[str, Offer] = {}
        self.log: list[Step] = []
        self.decided: dict[str, int] = {}
        self.level = 0

    def add(self, package: str, offer: Offer) -> None:
        """A package whose candidates are known from now on."""
        self.offers[package] = offer
        self.full[package] = self.possible[package] = (2 << len(offer.versions)) - 1

    def narrow(self, package: str, bits: int, cause: Clause | None) -> None:
        """Keep only the candidates in ``bits``."""
        before = self.possible[package]
        after = before & bits
        self.log.append(Step(package, before, after, self.level, cause))
        self.possible[package] = after

    def decide(self, package: str, candidate: int) -> None:
        """Try a candidate, on a level of its own."""
        self.level += 1
        self.decided[package] = self.level
        self.narrow(package, 2 << candidate, None)

    def back_to(self, level: int) -> None:
        """Take everything back that came after a level."""
        while self.log and self.log[-1].level > level:
            step = self.log.pop()
            self.possible[step.package] = step.before
        for package in [name for name, at in self.decided.items() if at > level]:
            del self.decided[package]
        self.level = level

    def holds(self, package: str, bits: int) -> bool:
        """Whether whatever is still possible is in ``bits``."""
        return self.possible[package] & ~bits == 0

    def excludes(self, package: str, bits: int) -> bool:
        """Whether nothing that is still possible is in ``bits``."""
        return self.possible[package] & bits == 0

    def undecided(self) -> list[str]:
        """Packages that must be selected and are not decided yet, in the order of their discovery."""
        return [
            package
            for package, possible in self.possible.items()
            if not possible & 1 and package not in self.decided
        ]

    def best(self, package: str) -> int:
        """The number of the best candidate that is still possible; there must be one."""
        bits = self.possible[package] >> 1
        return (bits & -bits).bit_length() - 1
