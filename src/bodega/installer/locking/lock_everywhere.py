"""From solutions for many environments to one lock (PEP 751): each version with the marker of where it is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bodega.formats.version_order import version_key
from bodega.installer.locking.cells import Cell
from bodega.installer.locking.everywhere import ALWAYS, EverywhereRequest, Solved
from bodega.installer.locking.lock import LOCK_VERSION, environment_of, tool_table
from bodega.installer.locking.lock_entries import EntryWriter, traced
from bodega.installer.locking.marker_cover import MarkerCover, joined
from bodega.installer.locking.resolution import Pin

#: How PEP 751 has extras and groups in markers, by the beginning of a part's name.
_SETS = {"extra": "extras", "group": "dependency_groups"}


@dataclass(slots=True)
class _Entry:
    """One version of a project: its pins, and by what it is needed, each as the points where that is so."""

    pins: list[Pin] = field(default_factory=list)
    needed_by: dict[str, int] = field(default_factory=dict)


def everywhere_document(
    solved: Sequence[Solved],
    asked: EverywhereRequest,
    texts: Iterable[str],
    *,
    writer: EntryWriter,
) -> dict[str, Any]:
    """The lock as a document for TOML, keys in the specification's order; ``texts`` as what was asked for."""
    extras = [name.partition(":")[2] for name in asked.parts if name.startswith("extra:")]
    groups = [name.partition(":")[2] for name in asked.parts if name.startswith("group:")]
    offered = sorted(set(groups) - set(asked.default_groups))
    defaults = sorted(set(groups) & set(asked.default_groups))
    document: dict[str, Any] = {
        "lock-version": LOCK_VERSION,
        "environments": list(_environments(asked.cells)),
        "requires-python": _requires_python(asked.cells),
        **({"extras": sorted(extras)} if extras else {}),
        **({"dependency-groups": offered} if offered else {}),
        **({"default-groups": defaults} if defaults else {}),
        "created-by": "bodega",
        "packages": _packages(solved, asked, writer),
    }
    ours = tool_table(texts)
    if asked.cells[0].fixed is None:
        ours["platforms"] = list(dict.fromkeys(p.name for cell in asked.cells for p in cell.place.platforms))
        ours["pythons"] = list(dict.fromkeys(map(_python, asked.cells)))
    if asked.conflicts:
        ours["conflicts"] = sorted(sorted(one) for one in asked.conflicts)
    return {**document, "tool": {"bodega": ours}}


def part_marker(part: str) -> str:
    """``extra:cpu`` as PEP 751 asks for it."""
    kind, _, name = part.partition(":")
    return f"'{name}' in {_SETS[kind]}"


def _packages(
    solved: Sequence[Solved], asked: EverywhereRequest, writer: EntryWriter
) -> list[dict[str, Any]]:
    entries = _entries(solved)
    several = {name for (name, *_), (other, *_) in pairwise(sorted(entries)) if name == other}
    conflicting = sorted(set().union(*asked.conflicts))
    cover = MarkerCover([one.point for one in solved], {part: part_marker(part) for part in conflicting})
    packages = []
    for key in sorted(entries, key=_order):
        entry = entries[key]
        written = {**writer.entry(entry.pins[0]), **traced(entry.pins)}
        if len({pin.candidate.file.requires_python for pin in entry.pins}) > 1:
            written.pop("requires-python", None)
        written.pop("dependencies", None)
        requires = list(_dependencies(entry.pins, several, solved))
        packages.append(_arranged(written, _marker(entry, cover), requires))
    return packages


def _entries(solved: Sequence[Solved]) -> dict[tuple[str, str, str], _Entry]:
    entries: dict[tuple[str, str, str], _Entry] = {}
    for number, one in enumerate(solved):
        for pin in one.resolution.pins:
            prepared = pin.candidate.prepared
            place = prepared.url if prepared is not None else ""
            entry = entries.setdefault((pin.name, pin.version, place), _Entry())
            entry.pins.append(pin)
            for part in one.needed_by[pin.name]:
                entry.needed_by[part] = entry.needed_by.get(part, 0) | 1 << number
    return entries


def _order(key: tuple[str, str, str]) -> tuple[Any, ...]:
    name, version, place = key
    return name, version_key(version) or (), place


def _dependencies(
    pins: Sequence[Pin], several: set[str], solved: Sequence[Solved]
) -> Iterator[dict[str, str]]:
    """Names, and versions where a name alone would not say which entry is meant."""
    mine = {id(pin) for pin in pins}
    names = sorted({name for pin in pins for name in pin.requires})
    for name in names:
        if name not in several:
            yield {"name": name}
            continue
        beside = {
            other.version
            for one in solved
            if any(id(pin) in mine and name in pin.requires for pin in one.resolution.pins)
            for other in one.resolution.pins
            if other.name == name
        }
        for version in sorted(beside, key=lambda text: version_key(text) or ()):
            yield {"name": name, "version": version}


def _marker(entry: _Entry, cover: MarkerCover) -> str | None:
    """Where an entry is needed, and for which extras and groups; ``None``: everywhere and always."""
    always = entry.needed_by.get(ALWAYS, 0)
    texts: list[tuple[str, int]] = []
    if always:
        marker = cover.marker(always)
        if marker is None:
            return None
        texts.append((marker, _joints(marker)))
    by_marker: dict[str | None, list[str]] = {}
    for part, points in sorted(entry.needed_by.items()):
        if part != ALWAYS and points & ~always:
            # Where a part cannot be asked for, what is said of it beside its name is left open.
            marker = cover.marker(points & ~always, free=always | cover.without(part))
            by_marker.setdefault(marker, []).append(part_marker(part))
    for marker, parts in by_marker.items():
        anyone = parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"
        if marker is None:
            texts += [(part, 1) for part in parts]
        else:
            texts.append((f"{f'({marker})' if ' or ' in marker else marker} and {anyone}", 2))
    return joined([text for text, _ in texts], [size for _, size in texts])


def _joints(marker: str) -> int:
    # What is joined by ``or`` stands beside other such without parentheses.
    return 1 if " or " in marker else 1 + marker.count(" and ")


def _arranged(
    entry: Mapping[str, Any], marker: str | None, requires: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """The keys in the specification's order."""
    first = {key: entry[key] for key in ("name", "version") if key in entry}
    said: dict[str, Any] = {} if marker is None else {"marker": marker}
    if "requires-python" in entry:
        said["requires-python"] = entry["requires-python"]
    if requires:
        said["dependencies"] = list(requires)
    return {**first, **said, **{key: value for key, value in entry.items() if key not in first}}


# --- which environments


def _environments(cells: Sequence[Cell]) -> Iterator[str]:
    """One marker for each platform and each run of versions of Python, so that no two overlap."""
    if cells[0].fixed is not None:
        yield environment_of(cells[0].fixed)
        return
    for place in {cell.place.name: cell.place for cell in cells}.values():
        rest = (
            f"sys_platform == '{place.markers['sys_platform']}'"
            f" and platform_machine == '{place.markers['platform_machine']}'"
            " and platform_python_implementation == 'CPython'"
        )
        for run in _runs([cell for cell in cells if cell.place == place]):
            yield f"{_python_marker(run)} and {rest}"


def _runs(cells: Iterable[Cell]) -> list[list[Cell]]:
    """Cells of one place by Pythons that follow on each other with all their patches."""
    runs: list[list[Cell]] = []
    for cell in sorted(cells, key=_minor):
        if runs and not cell.low and _minor(runs[-1][-1])[1] + 1 == _minor(cell)[1]:
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return runs


def _python_marker(run: Sequence[Cell]) -> str:
    first, last = run[0], run[-1]
    if len(run) == 1 and not first.low:
        return f"python_version == '{first.python}'"
    beginning = (
        f"python_full_version >= '{first.python}.{first.low}'"
        if first.low
        else f"python_version >= '{first.python}'"
    )
    return f"{beginning} and python_version <= '{last.python}'"


def _requires_python(cells: Sequence[Cell]) -> str:
    fixed = cells[0].fixed
    if fixed is not None:
        return f">={'.'.join(fixed.python.split('.')[:2])}"
    lowest = {cell.python: cell for cell in cells}
    ordered = sorted(lowest.values(), key=_minor)
    major, minor = _minor(ordered[-1])
    asked = {_minor(cell) for cell in ordered}
    gaps = [number for number in range(_minor(ordered[0])[1], minor) if (major, number) not in asked]
    clauses = [f">={_python(ordered[0])}", *(f"!={major}.{number}.*" for number in gaps)]
    for cell in ordered[1:]:
        clauses += [f"!={cell.python}.{patch}" for patch in range(cell.low)]
    return ",".join([*clauses, f"<{major}.{minor + 1}"])


def _python(cell: Cell) -> str:
    return f"{cell.python}.{cell.low}" if cell.low else cell.python


def _minor(cell: Cell) -> tuple[int, int]:
    major, minor = (int(number) for number in cell.python.split("."))
    return major, minor
