"""What a resolution comes to: the chosen version of every project. Values only, without the search."""

from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.installer.locking.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One project of a resolution."""

    name: NormalizedName
    version: str
    candidate: Candidate
    index: str | None
    extras: tuple[str, ...]
    requires: tuple[NormalizedName, ...]
    requested: bool


@dataclass(frozen=True, slots=True)
class Resolution:
    """The chosen version of every project, by name."""

    pins: tuple[Pin, ...]
