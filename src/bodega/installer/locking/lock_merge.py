"""Three sides of a lock come to one: what is asked for, and which versions are to stay. Values, no search.

The result of a merge is always a resolution: what is decided here is only what it begins with. Without an
index to ask, a lock may be put together of entries that only one side changed, if that is known to fit.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.version_order import version_key
from bodega.formats.versions import allowed
from bodega.installer.locking.lock import tool_table

_Value = TypeVar("_Value")
#: Keys of our table that say what a lock is for.
_SETTINGS = ("platforms", "pythons", "parts")
EMPTY: Mapping[str, Any] = {"packages": []}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The three sides as valid documents; the base is EMPTY where nobody knows it."""

    base: Mapping[str, Any]
    ours: Mapping[str, Any]
    theirs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Contested:
    """What both sides changed, each to something else; ``taken`` is what the merge begins with."""

    name: str
    ours: str
    theirs: str
    taken: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merged lock is to be made from.

    ``requirements`` are as written, ``kept`` versions that stay where they can, ``settings`` lists of texts
    by key of our own table.
    """

    requirements: tuple[str, ...]
    kept: Mapping[str, str]
    settings: Mapping[str, tuple[str, ...]]
    contested: tuple[Contested, ...]


def merged(sides: Sides) -> Merged:
    """Merge what locks were made from, and their versions."""
    contested: list[Contested] = []
    tables = [_ours(document) for document in (sides.base, sides.ours, sides.theirs)]
    settings = {}
    for key in _SETTINGS:
        lists = [_texts(table, key) for table in tables]
        settings[key] = _set_merge(*lists) if key == "parts" else _one_of(key, lists, contested)
    base, ours, theirs = (_texts(table, "requirements") for table in tables)
    requirements = _requirements(base, ours, theirs, contested)
    kept = _versions(sides, contested)
    return Merged(requirements, kept, settings, tuple(contested))


def _ours(document: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = document.get("tool", {})
    table = tool.get("bodega", {}) if isinstance(tool, Mapping) else {}
    return table if isinstance(table, Mapping) else {}


def _texts(table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = table.get(key, ())
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list | tuple) else ()


def _set_merge(base: Iterable[str], ours: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    """What one side added comes, what one side took away goes."""
    first, one, other = dict.fromkeys(base), dict.fromkeys(ours), dict.fromkeys(theirs)
    every = {**first, **one, **other}
    return tuple(text for text in every if (text in one and text in other) or text not in first)


def _one_of(key: str, lists: list[tuple[str, ...]], contested: list[Contested]) -> tuple[str, ...]:
    base, ours, theirs = lists
    if ours != theirs and base not in (ours, theirs):
        both = tuple(dict.fromkeys((*ours, *theirs)))
        contested.append(Contested(key, ", ".join(ours), ", ".join(theirs), ", ".join(both)))
        return both
    return theirs if ours == base else ours


def _requirements(
    base: tuple[str, ...], ours: tuple[str, ...], theirs: tuple[str, ...], contested: list[Contested]
) -> tuple[str, ...]:
    """What is asked for; of a project that both sides ask for otherwise, both stand."""
    result = _set_merge(base, ours, theirs)
    added = [{_name(text): text for text in side if text not in base} for side in (ours, theirs)]
    for name in added[0].keys() & added[1].keys():
        one, other = added[0][name], added[1][name]
        if one != other:
            contested.append(Contested(f"requirement on {name}", one, other, f"{one} and {other}"))
    return tuple(sorted(result))


def _name(text: str) -> str:
    try:
        return parse_requirement(text).name
    except InvalidRequirementError:
        return text


def _versions(sides: Sides, contested: list[Contested]) -> dict[str, str]:
    base, ours, theirs = (_single_versions(one) for one in (sides.base, sides.ours, sides.theirs))
    kept: dict[str, str] = {}
    for name in sorted({*ours, *theirs}):
        was, one, other = base.get(name), ours.get(name), theirs.get(name)
        if one is not None and other is not None and one != other and was not in (one, other):
            higher = max((one, other), key=lambda text: version_key(text) or ())
            contested.append(Contested(name, one, other, higher))
            kept[name] = higher
            continue
        version = other if one == was else one
        if version is not None:
            kept[name] = version
    return kept


def _single_versions(document: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for entry in document["packages"]:
        if isinstance(entry.get("version"), str):
            found.setdefault(entry["name"], set()).add(entry["version"])
    return {name: next(iter(versions)) for name, versions in found.items() if len(versions) == 1}


# --- without an index


def put_together(sides: Sides, result: Merged) -> dict[str, Any] | None:
    """A lock of entries that only one side changed; ``None`` where it is not known to fit together."""
    if result.contested:
        return None
    tops = [
        {key: value for key, value in one.items() if key not in ("packages", "tool")} for one in _all(sides)
    ]
    top = _merged_table(*tops)
    packages = _merged_table(*(_grouped(one) for one in _all(sides)))
    tables = [
        {key: value for key, value in _ours(one).items() if key not in ("requirements", "inputs", "version")}
        for one in _all(sides)
    ]
    ours = _merged_table(*tables)
    if top is None or packages is None or ours is None:
        return None
    entries = [entry for name in sorted(packages) for entry in packages[name]]
    if not _fits_together(entries, result.requirements):
        return None
    return {**top, "packages": entries, "tool": {"bodega": {**tool_table(result.requirements), **ours}}}


def _all(sides: Sides) -> tuple[Mapping[str, Any], ...]:
    return sides.base, sides.ours, sides.theirs


def _merged_table(
    base: Mapping[str, _Value], ours: Mapping[str, _Value], theirs: Mapping[str, _Value]
) -> dict[str, _Value] | None:
    """Key by key; ``None`` where both sides changed one, each to something else."""
    result: dict[str, _Value] = {}
    for key in {**ours, **theirs}:
        was, one, other = base.get(key), ours.get(key), theirs.get(key)
        if one != other and was not in (one, other):
            return None
        value = other if one == was else one
        if value is not None:
            result[key] = value
    return result


def _grouped(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for entry in document["packages"]:
        found.setdefault(entry["name"], []).append(entry)
    return found


def _fits_together(entries: Iterable[Mapping[str, Any]], requirements: Iterable[str]) -> bool:
    """Whether all that is required is there in versions that satisfy it; not, where entries do not say it."""
    there: dict[str, list[str]] = {}
    entries = list(entries)
    for entry in entries:
        there.setdefault(entry["name"], []).append(str(entry.get("version", "")))
    for text in requirements:
        if not _is_there(text, there, is_needed=True):
            return False
    for entry in entries:
        needed = {one["name"] for one in entry.get("dependencies", ())}
        said = _texts(_ours(entry), "requires")
        if needed and not said:
            return False
        if not needed <= there.keys() or not all(_is_there(text, there) for text in said):
            return False
    return True


def _is_there(text: str, there: Mapping[str, list[str]], *, is_needed: bool = False) -> bool:
    try:
        requirement: Requirement = parse_requirement(text)
    except InvalidRequirementError:
        return False
    versions = there.get(requirement.name)
    if versions is None:
        return not (is_needed and requirement.marker is None)
    if requirement.url is not None:
        return True
    return all(allowed(requirement.specifier, versions))
