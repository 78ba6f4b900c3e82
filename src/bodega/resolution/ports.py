"""What goes into a search and what comes out: the sans-I/O port of the solver.

A package is named by a text: a normalized project name, or ``name[extra]`` for an extra, which has the same
candidates as its base and is always of the same release. The candidates of a package are fed once, best
first, and are frozen then: sets of them are whole numbers, bit ``i + 1`` for candidate ``i`` and bit 0 for
"not selected". So the search knows neither versions nor specifiers, only bits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bodega.resolution.not_offered import NotOffered


@dataclass(frozen=True, slots=True)
class Wanted:
    """A requirement as far as the solver cares: on what, which versions, and how it was written."""

    package: str
    specifier: str
    text: str


@dataclass(frozen=True, slots=True)
class RootRequirement:
    """What a user asked for, and where: the command line, a file's line."""

    wanted: Wanted
    origin: str


def nothing_withheld(_specifiers: Sequence[str]) -> Sequence[NotOffered]:
    """Whatever lies in specifiers is offered, and admitted by them."""
    return ()


@dataclass(frozen=True, slots=True)
class Offer:
    """The candidates of a package.

    ``versions`` are texts, best first. ``matching`` gives for a specifier the bits of the candidates that
    it admits, bit 0 never among them. ``withheld`` gives what lies in all of some specifiers and yet is
    not to be had, with the reason: versions that are not offered, yanked ones, pre-releases, or the project
    as a whole. It is only shown, and may take a while.
    """

    versions: tuple[str, ...]
    matching: Callable[[str], int]
    withheld: Callable[[Sequence[str]], Sequence[NotOffered]] = nothing_withheld


@dataclass(frozen=True, slots=True)
class Needs:
    """What the search waits for.

    It goes on once everything in ``candidates`` and ``dependencies`` (package and candidate number) is fed.
    What the hints name will very likely be needed next: whoever can, fetches it at the same time.
    """

    candidates: tuple[str, ...] = ()
    dependencies: tuple[tuple[str, int], ...] = ()
    hinted_candidates: tuple[str, ...] = ()
    hinted_dependencies: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """The chosen candidate's number of every selected package, extras among them."""

    chosen: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is to be solved. ``constraints`` narrow a package if it is selected at all."""

    roots: Sequence[RootRequirement]
    constraints: Sequence[RootRequirement] = field(default=())


def base_of(package: str) -> str:
    """``name`` of ``name[extra]``."""
    return package.partition("[")[0]
