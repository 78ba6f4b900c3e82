"""What a resolution comes to: the chosen version of every project. Values only, without the search."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bodega.formats.names import NormalizedName
from bodega.installer.locking.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One project of a resolution; ``needs`` are what it requires here, as written.

    ``unknown_extras`` are those of its ``extras`` that it does not have. ``open_markers`` are those of its
    requirements that speak of what a platform and a minor version of Python leave open.
    """

    name: NormalizedName
    version: str
    candidate: Candidate
    index: str | None
    extras: tuple[str, ...]
    requires: tuple[NormalizedName, ...]
    requested: bool
    needs: tuple[str, ...] = ()
    unknown_extras: tuple[str, ...] = ()
    open_markers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """The chosen version of every project, by name.

    ``graph`` says of each node, a project or ``project[extra]``, which others it requires; ``roots`` are the
    nodes that were asked for, each with the text and the origin of what asked for it.
    """

    pins: tuple[Pin, ...]
    graph: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    roots: tuple[tuple[str, str, str], ...] = ()
