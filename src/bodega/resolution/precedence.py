"""Which package is decided next, learned from which packages get in each other's way.

Where a package's candidates are refused again and again for the sake of a package decided earlier, the order
of the two was wrong: the refused one moves to the front, the other behind it. So a search does not go
through the thousand releases of one project because of the newest release of another.
"""

from collections.abc import Iterable

from bodega.resolution.partial_solution import PartialSolution
from bodega.resolution.ports import base_of

#: Refusals of one package, and refusals for the sake of one, until the order changes.
_PATIENCE = 5
#: The same for the sake of packages that are not decided yet: going to these first may cost releases of
#: what was asked for before them, so more is tried.
_LONG_PATIENCE = 20
_FIRST, _EARLY, _LATE, _USUAL = range(4)
#: Added where more than one candidate is left, and where a package waits for another.
_SEVERAL, _WAITS = 4, 8


class Precedence:
    """The order of decisions: what has one candidate left, then what was refused, then by discovery."""

    def __init__(self) -> None:
        self._classes: dict[str, int] = {}
        self._refused: dict[str, int] = {}
        self._refusing: dict[str, int] = {}
        self._pressing: dict[str, int] = {}

    def next(self, known: PartialSolution) -> str | None:
        """The package to be decided; ``None`` when all are."""
        best: str | None = None
        least = 0
        for package in known.undecided():
            possible = known.possible[package]
            urgency = self._classes.get(package, _USUAL)
            if possible & (possible - 1):
                urgency += _SEVERAL
            # An extra waits for its base, whose release it shares.
            if package[-1] == "]" and base_of(package) not in known.decided:
                urgency += _WAITS
            if best is None or urgency < least:
                best, least = package, urgency
        return best

    def blame(self, refused: str, refusing: Iterable[str]) -> bool:
        """Note that a package was refused for the sake of others; whether that changes the order."""
        has_moved = False
        for package in refusing:
            self._refusing[package] = self._refusing.get(package, 0) + 1
            if self._refusing[package] >= _PATIENCE and package not in self._classes:
                self._classes[package] = _LATE
                has_moved = True
        self._refused[refused] = self._refused.get(refused, 0) + 1
        if self._refused[refused] >= _PATIENCE and self._classes.get(refused, _USUAL) > _EARLY:
            self._classes[refused] = _EARLY
            has_moved = True
        return has_moved

    def hasten(self, pressing: Iterable[str]) -> None:
        """Note that a package was refused for the sake of others that are required and not decided yet."""
        for package in pressing:
            self._pressing[package] = self._pressing.get(package, 0) + 1
            if self._pressing[package] >= _LONG_PATIENCE:
                self._classes[package] = _FIRST
