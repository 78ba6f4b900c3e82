"""Environment markers (PEP 508) evaluated for a target; ``packaging`` is the authority."""

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import TYPE_CHECKING

from bodega.formats.errors import BodegaError
from bodega.formats.plain_markers import plain_answer

if TYPE_CHECKING:
    from packaging.markers import Marker

#: ``extra == "name"`` alone: half of all markers, and no marker library needed for it.
_EXTRA_ONLY = re.compile(r"""\s*extra\s*==\s*(['"])([A-Za-z0-9._-]+)\1\s*""", re.ASCII)
_SEPARATORS = re.compile(r"[-_.]+")

#: What a platform and a minor version of Python do not say; dots are an older spelling of some.
_OPEN = re.compile(r"python_full_version|implementation_version|platform[._](?:release|version)")


class InvalidMarkerError(BodegaError):
    """The text is not a marker."""

    code = "E-REQUIREMENT-MARKER"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:200]!r} is not an environment marker")
        self.text = text


class Markers:
    """Markers for one target; answers are remembered, since the same few markers come again and again."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = dict(environment)
        self._known: dict[tuple[str, str], bool] = {}

    def holds(self, marker: str | None, extra: str = "") -> bool:
        """Whether the marker holds when that extra (normalized, or none) is asked for.

        Raises InvalidMarkerError.
        """
        if marker is None:
            return True
        only = _EXTRA_ONLY.fullmatch(marker)
        if only:
            return bool(extra) and _SEPARATORS.sub("-", only[2]).lower() == extra
        key = (marker, extra if "extra" in marker else "")
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._evaluate(*key)
        return known

    def holds_in_lock(
        self, marker: str | None, groups: Iterable[str] = (), extras: Iterable[str] = ()
    ) -> bool:
        """Whether a marker of a lock holds (PEP 751), with these dependency groups and extras.

        Raises InvalidMarkerError.
        """
        if marker is None:
            return True
        from packaging.markers import UndefinedComparison, UndefinedEnvironmentName  # noqa: PLC0415

        sets: dict[str, str | AbstractSet[str]] = {
            "extras": frozenset(extras),
            "dependency_groups": frozenset(groups),
        }
        try:
            return _parsed(marker).evaluate({**self._environment, **sets}, context="lock_file")
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False

    def _evaluate(self, marker: str, extra: str) -> bool:
        plain = plain_answer(marker, {**self._environment, "extra": extra})
        if plain is not None:
            return plain
        from packaging.markers import UndefinedComparison, UndefinedEnvironmentName  # noqa: PLC0415

        try:
            environment: dict[str, str] = {**self._environment, "extra": extra}
            return bool(_parsed(marker).evaluate(environment))
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False


def is_open_marker(marker: str) -> bool:
    """Whether a marker speaks of what a platform and a minor version of Python leave open."""
    return _OPEN.search(marker) is not None


@lru_cache(maxsize=4096)
def _parsed(marker: str) -> "Marker":
    from packaging.markers import InvalidMarker, Marker  # noqa: PLC0415 - dear to import, often not needed

    try:
        return Marker(marker)
    except (InvalidMarker, RecursionError):
        raise InvalidMarkerError(marker) from None
