"""The components of a lock (PEP 751): every one of them, whatever environment it is for.

Locks of other tools are read for one environment: what they hold beyond that is nothing that their own
readers here tell apart.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.formats.targets import Target
from bodega.formats.version_order import normalized
from bodega.installer.auditing.components import Component, ComponentFile, Composition, with_roots
from bodega.installer.locking.foreign.values import FOREIGN, LockChoice
from bodega.installer.locking.lock_file import lock_document_of

_Entry = Mapping[str, Any]


def is_foreign(path: str) -> bool:
    """Whether a lock is one of another tool's, by its name."""
    return os.path.basename(path) in FOREIGN


def locked_components(path: str, target: Callable[[], Target]) -> Composition:
    """Read a lock; raises LockError. Nothing that it names is fetched or looked for.

    ``target`` is asked for where the lock is another tool's.
    """
    if is_foreign(path):
        from bodega.installer.locking.foreign.reading import read_foreign  # noqa: PLC0415 - seldom

        chosen = read_foreign(path, target(), LockChoice())
        return _composition(path, chosen.entries, frozenset(map(normalize, chosen.requested)), None)
    document = lock_document_of(path)
    ours = document.get("tool", {}).get("bodega", {})
    texts = ours.get("requirements") if isinstance(ours, dict) else None
    asked = tuple(one for one in texts if isinstance(one, str)) if isinstance(texts, list) else None
    return _composition(path, document["packages"], _names(asked or ()), asked)


def _composition(
    path: str, entries: Iterable[_Entry], requested: frozenset[NormalizedName], asked: tuple[str, ...] | None
) -> Composition:
    components = [_component(one, requested) for one in entries]
    components.sort(key=lambda one: (one.name, one.version, one.marker or ""))
    return Composition(place=path, components=with_roots(components), asked=asked)


def _names(texts: tuple[str, ...]) -> frozenset[NormalizedName]:
    names = set()
    for text in texts:
        # A path or URL by itself names no project.
        with suppress(InvalidRequirementError):
            names.add(parse_requirement(text).name)
    return frozenset(names)


def _component(entry: _Entry, requested: frozenset[NormalizedName]) -> Component:
    name, version, index = normalize(entry["name"]), entry.get("version") or "", entry.get("index")
    needs = {
        normalize(one["name"]) for one in entry.get("dependencies", ()) if isinstance(one.get("name"), str)
    }
    return Component(
        name=name,
        version=normalized(version) or version,
        needs=tuple(sorted(needs)),
        requested=name in requested,
        marker=entry.get("marker"),
        index=without_credentials(index) if index else None,
        origin=_origin(entry),
        files=_files(entry),
    )


def _origin(entry: _Entry) -> str | None:
    vcs, folder, archive = (entry.get(kind) for kind in ("vcs", "directory", "archive"))
    if vcs is not None:
        return f"{vcs['type']}+{_place(vcs)}@{vcs['commit-id']}"
    if folder is not None:
        return str(folder["path"])
    return _place(archive) if archive is not None else None


def _place(given: _Entry) -> str:
    url = given.get("url")
    return without_credentials(url) if url else str(given.get("path", ""))


def _files(entry: _Entry) -> tuple[ComponentFile, ...]:
    given = [*entry.get("wheels", ())]
    given += [entry[kind] for kind in ("sdist", "archive") if entry.get(kind) is not None]
    return tuple(
        ComponentFile(
            filename=_filename(one),
            url=without_credentials(one["url"]) if one.get("url") else "",
            hashes={algorithm.lower(): value.lower() for algorithm, value in one.get("hashes", {}).items()},
            size=one.get("size"),
        )
        for one in given
    )


def _filename(file: _Entry) -> str:
    """Its last part alone: a name from a lock never leads anywhere."""
    given = file.get("name") or file.get("path") or unquote(urlsplit(file.get("url", "")).path)
    return str(given).replace("\\", "/").rpartition("/")[2]
