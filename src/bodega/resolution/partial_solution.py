"""What is known so far: for every package the candidates that are still possible, and how that came."""

from typing import NamedTuple

from bodega.resolution.clauses import Clause
from bodega.resolution.ports import Offer


class Step(NamedTuple):
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
        #: What is possible without any decision: what is gone from it is gone for good.
        self.ground: dict[str, int] = {}
        self.possible: dict[str, int] = {}
        self.offers: dict[str, Offer] = {}
        self.log: list[Step] = []
        self.decided: dict[str, int] = {}
        self.level = 0
        self._numbers: dict[str, int] = {}
        #: Packages that must be selected and are not decided yet.
        self._open: set[str] = set()

    def add(self, package: str, offer: Offer) -> None:
        """A package whose candidates are known from now on."""
        self.offers[package] = offer
        self._numbers[package] = len(self._numbers)
        self.full[package] = self.possible[package] = self.ground[package] = (2 << len(offer.versions)) - 1

    def narrow(self, package: str, bits: int, cause: Clause | None) -> None:
        """Keep only the candidates in ``bits``."""
        before = self.possible[package]
        after = before & bits
        self.log.append(Step(package, before, after, self.level, cause))
        self.possible[package] = after
        if not self.level:
            self.ground[package] = after
        if before & 1 and not after & 1 and package not in self.decided:
            self._open.add(package)

    def decide(self, package: str, candidate: int) -> None:
        """Try a candidate, on a level of its own."""
        self.level += 1
        self.decided[package] = self.level
        self.narrow(package, 2 << candidate, None)
        self._open.discard(package)

    def back_to(self, level: int) -> None:
        """Take everything back that came after a level."""
        while self.log and self.log[-1].level > level:
            step = self.log.pop()
            self.possible[step.package] = step.before
            if step.before & 1:
                self._open.discard(step.package)
        for package in [name for name, at in self.decided.items() if at > level]:
            del self.decided[package]
            if not self.possible[package] & 1:
                self._open.add(package)
        self.level = level

    def holds(self, package: str, bits: int) -> bool:
        """Whether whatever is still possible is in ``bits``."""
        return self.possible[package] & ~bits == 0

    def excludes(self, package: str, bits: int) -> bool:
        """Whether nothing that is still possible is in ``bits``."""
        return self.possible[package] & bits == 0

    def undecided(self) -> list[str]:
        """Packages that must be selected and are not decided yet, in the order of their discovery."""
        return sorted(self._open, key=self._numbers.__getitem__)

    def best(self, package: str) -> int:
        """The number of the best candidate that is still possible; there must be one."""
        bits = self.possible[package] >> 1
        return (bits & -bits).bit_length() - 1
