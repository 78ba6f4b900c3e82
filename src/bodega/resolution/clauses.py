"""Incompatibilities: sets of terms that cannot all hold, and the facts or clauses that they follow from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Asked:
    """A root requirement; ``admits`` are the candidates, as bits, that it leaves."""

    package: str
    specifier: str
    text: str
    origin: str
    admits: int


@dataclass(frozen=True, slots=True)
class Constrained:
    """A constraint on a package; ``admits`` are the candidates, as bits, that it leaves."""

    package: str
    specifier: str
    text: str
    origin: str
    admits: int


@dataclass(frozen=True, slots=True)
class Depends:
    """Candidates of a package, as bits, depend on another, of which ``admits`` are left."""

    package: str
    candidates: int
    on: str
    specifier: str
    text: str
    admits: int


@dataclass(frozen=True, slots=True)
class SameRelease:
    """An extra is of the release that its base is."""

    package: str
    base: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Follows from two clauses."""

    left: "Clause"
    right: "Clause"


Fact: TypeAlias = Asked | Constrained | Depends
Cause: TypeAlias = Asked | Constrained | Depends | SameRelease | Derived


class Clause:
    """Terms that cannot all hold: package to bits; a package left out may be anything.

    Compared by identity: equal clauses with other causes are other clauses.
    """

    __slots__ = ("cause", "terms")

    def __init__(self, terms: Mapping[str, int], cause: Cause) -> None:
        self.terms = dict(terms)
        self.cause = cause
