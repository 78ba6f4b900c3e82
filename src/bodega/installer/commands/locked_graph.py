"""The graph of a lock: its packages, and what they say that they require (PEP 751, "dependencies").

The standard has names alone there; a lock of ours says besides what was written.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bodega.formats.names import normalize
from bodega.formats.requirements import Requirement
from bodega.installer.commands.dependency_graph import (
    Graph,
    Release,
    graph_of,
    read_requirement,
)

ASKED_FOR = "asked for when it was locked"


def graph_of_lock(
    document: Mapping[str, Any],
    asked: Iterable[tuple[Requirement, str]] | None = None,
    *,
    sizes: Mapping[str, int | None] | None = None,
) -> Graph:
    """The graph of a valid lock; ``asked`` in the place of what the lock says that was asked for."""
    entries = document["packages"]
    counts: dict[str, int] = {}
    for entry in entries:
        counts[entry["name"]] = counts.get(entry["name"], 0) + 1
    packages, required = [], {}
    for number, entry in enumerate(entries):
        name, version = normalize(entry["name"]), entry.get("version", "")
        key = f"{name} {version or number}" if counts[entry["name"]] > 1 else str(name)
        while key in required:
            key += "'"
        size = (sizes or {}).get(name)
        packages.append(Release(key=key, name=name, version=version, marker=entry.get("marker"), size=size))
        required[key] = list(_required(entry))
    roots = list(asked_of(document)) if asked is None else list(asked)
    known = {one.name for one in packages}
    # A requirement for another platform has nothing in a lock for this one, and lacks nothing.
    roots = [one for one in roots if one[0].name in known or one[0].marker is None]
    return graph_of(packages, lambda package: required[package.key], roots)


def _required(entry: Mapping[str, Any]) -> Iterator[Requirement]:
    traced = _ours(entry).get("requires", ())
    read = [one for text in traced if isinstance(text, str) and (one := read_requirement(text)) is not None]
    names = {normalize(one["name"]) for one in entry.get("dependencies", ())}
    yield from (one for one in read if one.name in names)
    told = {one.name for one in read}
    for one in entry.get("dependencies", ()):
        name = normalize(one["name"])
        if name not in told:
            version = one.get("version")
            requirement = read_requirement(f"{name}=={version}" if version else name)
            if requirement is not None:
                yield requirement


def asked_of(document: Mapping[str, Any]) -> Iterator[tuple[Requirement, str]]:
    """What a lock of ours says that was asked for; nothing where it is another tool's."""
    texts = _ours(document).get("requirements", ())
    for text in texts if isinstance(texts, list) else ():
        requirement = read_requirement(text) if isinstance(text, str) else None
        if requirement is not None:
            yield requirement, ASKED_FOR


def _ours(table: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = table.get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    return ours if isinstance(ours, dict) else {}
