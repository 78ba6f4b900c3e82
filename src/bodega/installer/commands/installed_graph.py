"""The graph of an environment: what is installed, and what its metadata requires."""

from collections.abc import Iterable, Iterator, Mapping

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.record import parse_record
from bodega.formats.requirements import Requirement
from bodega.installer.commands.dependency_graph import (
    BY_NAME,
    Graph,
    Release,
    graph_of,
    read_requirement,
)
from bodega.installer.environments.installed import SHIM, Installed
from bodega.installer.environments.needed import texts_of


def graph_of_environment(
    installed: Mapping[NormalizedName, Installed],
    markers: Markers,
    asked: Iterable[tuple[Requirement, str]] = (),
    *,
    sizes: bool = False,
) -> Graph:
    """The graph; roots are what was asked for, what was installed by name, and what nothing requires."""
    here = {name: one for name, one in installed.items() if name != SHIM}
    asked = [(one, origin) for one, origin in asked if markers.holds(one.marker)]
    named = {one.name for one, _ in asked}
    roots = [
        *asked,
        *(
            (requirement, BY_NAME)
            for name, one in here.items()
            if name not in named and one.requested and (requirement := read_requirement(name))
        ),
    ]
    required = _required(here, markers, [one for one, _ in roots])
    packages = [
        Release(key=name, name=name, version=one.version, size=size_of(one) if sizes else None)
        for name, one in here.items()
    ]
    return graph_of(packages, lambda package: required[package.name], roots)


def _required(
    here: Mapping[NormalizedName, Installed], markers: Markers, asked: Iterable[Requirement]
) -> dict[NormalizedName, list[Requirement]]:
    """What each requires with all the extras that somebody asks for."""
    written = {
        name: [one for text in texts_of(there) if (one := read_requirement(text)) is not None]
        for name, there in here.items()
    }
    extras: dict[NormalizedName, set[str]] = {name: {""} for name in here}
    waiting = list(here)
    for one in asked:
        extras.get(one.name, set()).update(one.extras)
    required: dict[NormalizedName, list[Requirement]] = {}
    while waiting:
        name = waiting.pop()
        required[name] = list(_holding(written[name], markers, extras[name]))
        for one in required[name]:
            more = set(one.extras) - extras.get(one.name, set(one.extras))
            if more:
                extras[one.name] |= more
                waiting.append(one.name)
    return required


def _holding(texts: Iterable[Requirement], markers: Markers, extras: Iterable[str]) -> Iterator[Requirement]:
    for one in texts:
        try:
            if any(markers.holds(one.marker, extra) for extra in extras):
                yield one
        except BodegaError:
            continue


def size_of(one: Installed) -> int | None:
    """The bytes of its files, as its RECORD tells them; ``None`` where it has none."""
    data = one.read("RECORD")
    if data is None:
        return None
    try:
        rows = parse_record(data.decode("utf-8", "surrogateescape"))
    except BodegaError:
        return None
    return sum(row.size or 0 for row in rows)
