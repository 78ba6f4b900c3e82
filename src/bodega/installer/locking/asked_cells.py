"""From platforms and Pythons as they are asked for to the environments that a lock is for."""

import re
from collections.abc import Sequence

from bodega.formats.errors import BodegaError
from bodega.formats.platforms import KNOWN_PYTHONS, USUAL_PLATFORMS, Platform, parse_platform
from bodega.formats.targets import Target
from bodega.formats.versions import python_allows
from bodega.installer.locking.cells import Cell, Place

_PYTHON = re.compile(r"(3)\.?([0-9]{1,2})(?:\.([0-9]{1,3}))?", re.ASCII)
#: Of a minor version some patch is admitted, where its first or its last is.
_FIRST, _LAST = 0, 99


class UnknownPythonError(BodegaError):
    """The text is no version of Python that a lock may be for."""

    code = "E-PYTHON-VERSION-UNKNOWN"

    def __init__(
        self, text: str, why: str = "such as 3.12, or 3.12.4 for that patch and all later ones"
    ) -> None:
        super().__init__(f"{text[:80]!r} is no version of Python to lock for", why=why)
        self.text = text


def asked_cells(platforms: Sequence[str], pythons: Sequence[str]) -> tuple[Cell, ...]:
    """A cell for each platform and Python; raises UnknownPlatformError, UnknownPythonError.

    A Python may name a patch: the lowest that is served. Platforms that no marker tells apart are one.
    """
    by_markers: dict[tuple[tuple[str, str], ...], list[Platform]] = {}
    for platform in map(parse_platform, dict.fromkeys(platforms or USUAL_PLATFORMS)):
        by_markers.setdefault(tuple(sorted(platform.markers.items())), []).append(platform)
    lowest: dict[str, int] = {}
    for text in pythons:
        python, low = _python(text)
        lowest[python] = min(low, lowest.get(python, low))
    ordered = sorted(lowest, key=lambda python: int(python.partition(".")[2]))
    return tuple(
        Cell(Place(tuple(group)), python, lowest[python])
        for python in ordered
        for group in by_markers.values()
    )


def cell_of(target: Target) -> Cell:
    """The one environment that a lock is for where nothing else is named."""
    platform = Platform("this machine", target.markers, ())
    return Cell(Place((platform,)), ".".join(target.python.split(".")[:2]), fixed=target)


def known_pythons(here: str, requires_python: str | None) -> list[str]:
    """The minor versions that a Requires-Python admits; without one, that at hand and all later ones."""
    if requires_python:
        found = [
            minor
            for minor in KNOWN_PYTHONS
            if any(python_allows(requires_python, f"{minor}.{patch}") for patch in (_FIRST, _LAST))
        ]
        if not found:
            raise UnknownPythonError(
                requires_python, f"requires-python admits none of {', '.join(KNOWN_PYTHONS)}"
            )
        return [_lowest(minor, requires_python) for minor in found]
    number = int(here.split(".")[1])
    return [minor for minor in KNOWN_PYTHONS if int(minor.partition(".")[2]) >= number] or [
        ".".join(here.split(".")[:2])
    ]


def _lowest(minor: str, requires_python: str) -> str:
    """A minor version with the lowest patch that is admitted, where that is not its first."""
    patch = next(
        (patch for patch in range(_LAST) if python_allows(requires_python, f"{minor}.{patch}")), _FIRST
    )
    return f"{minor}.{patch}" if patch else minor


def _python(text: str) -> tuple[str, int]:
    found = _PYTHON.fullmatch(text.strip())
    if found is None:
        raise UnknownPythonError(text)
    return f"{found[1]}.{int(found[2])}", int(found[3] or 0)
