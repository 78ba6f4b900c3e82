"""Locks for many environments, made from an index in memory, and judged by ``packaging`` alone."""

from collections.abc import Iterable, Mapping, Sequence

from packaging.markers import Marker
from packaging.pylock import Pylock
from packaging.requirements import Requirement
from packaging.tags import Tag, parse_tag

from bodega.formats.requirements import parse_requirement
from bodega.installer.building.never import NeverBuilds
from bodega.installer.locking.asked_cells import asked_cells
from bodega.installer.locking.cells import Cell
from bodega.installer.locking.everywhere import EverywhereRequest, PartAsked, resolve_everywhere
from bodega.installer.locking.lock_entries import EntryWriter
from bodega.installer.locking.lock_everywhere import everywhere_document
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from support.memory_index import MemoryCache, MemoryReferences, asked

PLATFORMS = ("linux-x86_64", "macos-arm64", "windows-x86_64")
PYTHONS = ("3.10", "3.11", "3.12", "3.13")

#: By project and version what it requires.
Table = Mapping[str, Mapping[str, Sequence[str]]]


def part(name: str, *texts: str) -> PartAsked:
    return PartAsked(tuple(Asked(parse_requirement(text), f"pyproject.toml, {name}") for text in texts))


def lock(
    reader,
    *texts: str,
    platforms: Sequence[str] = PLATFORMS,
    pythons: Sequence[str] = PYTHONS,
    parts: Mapping[str, Sequence[str]] | None = None,
    conflicts: Sequence[Iterable[str]] = (),
    default_groups: Sequence[str] = (),
    fewest: bool = False,
    cells: tuple[Cell, ...] | None = None,
    by_url: MemoryReferences | None = None,
    **options: object,
) -> dict[str, object]:
    """The lock as a document."""
    materials = Materials(
        reader=reader,
        computed=MemoryCache(),
        builder=NeverBuilds(),
        references=by_url or MemoryReferences({}),
    )
    request = EverywhereRequest(
        base=ResolveRequest(requirements=asked(*texts), **options),  # type: ignore[arg-type]
        cells=cells or asked_cells(platforms, pythons),
        parts={name: part(name, *found) for name, found in (parts or {}).items()},
        conflicts=tuple(frozenset(one) for one in conflicts),
        fewest=fewest,
        default_groups=default_groups,
    )
    solved = resolve_everywhere(request, lambda target, one: Resolver(materials, target).resolve(one))
    document = everywhere_document(solved, request, texts, writer=EntryWriter(reader, "/"))
    Pylock.from_dict(document).validate()
    return document


def markers_of(document, name: str) -> dict[str, str | None]:
    return {entry["version"]: entry.get("marker") for entry in document["packages"] if entry["name"] == name}


def environments(
    platforms: Sequence[str] = PLATFORMS, pythons: Sequence[str] = PYTHONS, patches: Sequence[int] = (0, 7)
) -> list[tuple[Mapping[str, str], tuple[Tag, ...]]]:
    """Marker variables and tags of real environments of these: with several patches of each Python."""
    found = []
    for cell in asked_cells(platforms, pythons):
        for patch in patches:
            full = f"{cell.python}.{patch}"
            variables = {**cell.variables, "python_full_version": full, "implementation_version": full}
            tags = tuple(one for text in cell.target.tags for one in parse_tag(text))
            found.append((variables, tags))
    return found


def selected(
    document, environment, tags, *, extras: Iterable[str] = (), groups: Iterable[str] | None = None
) -> dict[str, str]:
    """What ``packaging`` chooses from a lock; raises PylockSelectError."""
    lock = Pylock.from_dict(document)
    chosen = lock.select(
        environment=environment,
        tags=tags,
        extras=list(extras),
        dependency_groups=list(groups) if groups is not None else None,
    )
    return {entry.name: str(entry.version) for entry, _ in chosen}


def faults(
    table: Table, roots: Iterable[str], chosen: Mapping[str, str], environment: Mapping[str, str]
) -> list[str]:
    """What is wrong with a selection for an environment: by markers and specifiers over the graph alone."""
    found: list[str] = []
    reached: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in roots]
    while waiting:
        requirement, extra = waiting.pop()
        marker = requirement.marker
        if marker is not None and not marker.evaluate({**environment, "extra": extra}):
            continue
        version = chosen.get(requirement.name)
        if version is None:
            found.append(f"{requirement} is not there")
            continue
        if not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{requirement} is not satisfied by {version}")
        for wanted in ("", *requirement.extras):
            if (requirement.name, wanted) not in reached:
                reached.add((requirement.name, wanted))
                waiting += [(Requirement(text), wanted) for text in table[requirement.name][version]]
    names = {name for name, _ in reached}
    return [*found, *(f"{name} is superfluous" for name in chosen if name not in names)]


def evaluates(marker: str | None, environment: Mapping[str, str]) -> bool:
    return marker is None or Marker(marker).evaluate(environment, context="lock_file")
