"""From a lock, or a resolution, to the files to install (PEP 751, "Installing").

A lock is chosen from by file names alone, offline, and the choice is kept under the lock's digest: a second
``sync`` of the same lock parses nothing.
"""

import hashlib
import marshal
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from bodega.formats.digests import InvalidDigestError, best_digest
from bodega.formats.direct_url import without_credentials
from bodega.formats.filenames import WheelParts, wheel_parts
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.tags import TagRanking
from bodega.formats.targets import Target
from bodega.formats.versions import python_allows
from bodega.installer.indexes.places import file_url
from bodega.installer.locking.candidates import fingerprint_of
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.values import FOREIGN, Chosen
from bodega.installer.locking.lock_choice import NOTHING_SAID, PartsChoice, chosen_parts
from bodega.installer.locking.lock_file import lock_bytes, lock_document_of
from bodega.installer.locking.locked_references import facts_of, locked_reference, reference_from, row_of
from bodega.installer.locking.ports import Source
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.installer.locking.selection import Selected
from bodega.installer.locking.sources import source_of

_FORMAT = 5


def selection_of(resolution: Resolution) -> list[Selected]:
    """The files of a resolution."""
    return [
        Selected(
            name=pin.name,
            version=pin.version,
            filename=pin.candidate.file.filename,
            url=pin.candidate.file.url,
            hashes=pin.candidate.file.hashes,
            size=pin.candidate.file.size,
            index=pin.index,
            requested=pin.requested,
            direct_url=pin.candidate.prepared.direct_url if pin.candidate.prepared else None,
            source=source_or_none(pin),
        )
        for pin in resolution.pins
    ]


def source_or_none(pin: Pin) -> Source | None:
    """What a pin's wheel is built from; ``None`` where its file is a wheel."""
    prepared = pin.candidate.prepared
    if prepared is not None:
        return prepared.source
    return source_of(pin.name, pin.candidate) if pin.candidate.is_source else None


def select_from_lock(
    path: str, target: Target, cache: ComputedCache, choice: PartsChoice = NOTHING_SAID
) -> list[Selected]:
    """The files that a lock has for a target and a choice of extras and groups; raises LockError.

    Locks of other tools are read, too.
    """
    if os.path.basename(path) in FOREIGN:
        from bodega.installer.locking.foreign.reading import read_foreign  # noqa: PLC0415 - only for such

        return _select_foreign(read_foreign(path, target, choice.foreign()), target, path)
    data = lock_bytes(path)
    folder = os.path.dirname(os.path.abspath(path))
    beside = f"{folder}\n{choice.key}".encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(data + beside).hexdigest()
    key = f"selection-{_FORMAT}-{digest}-{fingerprint_of(target)}"
    kept = cache.get(key)
    if kept is not None:
        try:
            return [_loaded(row) for row in marshal.loads(kept)]  # noqa: S302 - our own file
        except (ValueError, TypeError, EOFError):
            pass
    selected = _select(lock_document_of(path, data), target, folder, choice)
    cache.keep(key, marshal.dumps([_row(one) for one in selected], 4))
    return selected


def _select_foreign(chosen: Chosen, target: Target, path: str) -> list[Selected]:
    folder = os.path.dirname(os.path.abspath(path))
    chooser = _Chooser(TagRanking(target.tags), target, chosen.requested, folder)
    selected: dict[str, Selected] = {}
    for entry in chosen.entries:
        name = entry["name"]
        if name in selected:
            raise LockInvalidError(path, f"{name} is there twice for this environment")
        selected[name] = chooser.choose(entry, f"{os.path.basename(path)}: {name}")
    return list(selected.values())


def _select(document: Mapping[str, Any], target: Target, folder: str, choice: PartsChoice) -> list[Selected]:
    markers = Markers(target.markers)
    _check_environment(document, target, markers)
    chooser = _Chooser(TagRanking(target.tags), target, _requested(document), folder)
    selected: dict[str, Selected] = {}
    extras, groups = chosen_parts(document, choice)
    for number, entry in enumerate(document["packages"]):
        where, name = f"packages[{number}]", entry["name"]
        if not markers.holds_in_lock(entry.get("marker"), groups, extras):
            continue
        if name in selected:
            raise LockInvalidError(where, _twice(name, extras, groups))
        selected[name] = chooser.choose(entry, where)
    if choice.wheels_only:
        _refuse_sources(selected.values())
    return list(selected.values())


def _refuse_sources(selected: Iterable[Selected]) -> None:
    for one in selected:
        if one.source is not None or one.reference is not None:
            raise LockUnfitError(
                f"the lock has no wheel of {one.name} for this environment",
                why=f"{one.filename or one.url} would have to be built, and only wheels may be taken",
            )


def _twice(name: str, extras: frozenset[str], groups: frozenset[str]) -> str:
    asked = [
        *(f"the extra {one!r}" for one in sorted(extras)),
        *(f"the group {one!r}" for one in sorted(groups)),
    ]
    beside = f" with {', '.join(asked)}" if asked else ""
    return f"{name} is there twice for this environment{beside}"


def _check_environment(document: Mapping[str, Any], target: Target, markers: Markers) -> None:
    python = document.get("requires-python")
    if python and not python_allows(python, target.python):
        raise LockUnfitError(f"the lock is for Python {python}", why=f"this environment has {target.python}")
    environments = document.get("environments", ())
    if environments and not any(markers.holds_in_lock(marker) for marker in environments):
        raise LockUnfitError(
            "the lock is for other environments", why=f"it is for {'; or '.join(environments)}"
        )


def _requested(document: Mapping[str, Any]) -> frozenset[str]:
    """What was asked for, where the lock is ours: the standard leaves the form of ``tool`` to each tool."""
    from bodega.formats.requirements import (  # noqa: PLC0415 - dear to import
        InvalidRequirementError,
        parse_requirement,
    )

    ours = document.get("tool", {}).get("bodega", {})
    texts = ours.get("requirements", ()) if isinstance(ours, dict) else None
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise LockInvalidError("tool.bodega.requirements", "it is no array of requirements")
    names = set()
    for text in texts:
        # A path or URL by itself names no project.
        with suppress(InvalidRequirementError):
            names.add(parse_requirement(text).name)
    return frozenset(names)


class _Chooser:
    """Chooses the file of each package of a lock."""

    def __init__(self, ranking: TagRanking, target: Target, requested: frozenset[str], folder: str) -> None:
        self._folder = folder
        self._ranking = ranking
        self._target = target
        self._requested = requested

    def choose(self, entry: Mapping[str, Any], where: str) -> Selected:
        """The best wheel of a package; raises LockError."""
        name = NormalizedName(entry["name"])
        python = entry.get("requires-python")
        if python and not python_allows(python, self._target.python):
            raise LockUnfitError(
                f"{name} in the lock is for Python {python}", why=f"this is {self._target.python}"
            )
        best = self._best(entry.get("wheels", ()), where)
        file = best[0] if best else entry.get("sdist") or entry.get("archive")
        if file is None:
            return self._followed(entry, name, where)
        filename = _filename(file)
        parts = wheel_parts(filename)
        chosen = Selected(
            name=name,
            version=entry.get("version") or (parts.version if parts else ""),
            filename=filename,
            url=_url(file, where, self._folder),
            hashes=_hashes(file, where, filename),
            size=file.get("size"),
            index=entry.get("index"),
            requested=name in self._requested,
            direct_url=_archive_facts(file, self._folder, where) if "archive" in entry else None,
        )
        return chosen if parts else replace(chosen, source=_source(chosen, file))

    def _followed(self, entry: Mapping[str, Any], name: NormalizedName, where: str) -> Selected:
        """A checkout or folder, which is yet to be looked into."""
        reference = locked_reference(entry, where, self._folder)
        if reference is None:
            raise LockUnfitError(
                f"the lock has no wheel of {name} for this environment",
                why="no wheel fits, and no source is there",
            )
        return Selected(
            name=name,
            version="",
            filename="",
            url=reference.url,
            hashes={},
            requested=name in self._requested,
            direct_url=facts_of(entry, reference),
            reference=reference,
        )

    def _best(
        self, wheels: Iterable[Mapping[str, Any]], where: str
    ) -> tuple[Mapping[str, Any], WheelParts] | None:
        fitting = []
        for wheel in wheels:
            parts = wheel_parts(_filename(wheel))
            if parts is None:
                raise LockInvalidError(f"{where}.wheels", f"{_filename(wheel)!r} is no wheel's name")
            rank = self._ranking.rank(parts.tags)
            if rank is not None:
                fitting.append(((rank, -parts.build[0], parts.build[1]), wheel, parts))
        score = min((score for score, _, _ in fitting), default=None)
        return next(((wheel, parts) for found, wheel, parts in fitting if found == score), None)


def _source(chosen: Selected, file: Mapping[str, Any]) -> Source:
    """What is to be built, where the lock has no wheel that fits."""
    return Source(
        url=chosen.url,
        filename=chosen.filename,
        hashes=chosen.hashes,
        size=chosen.size,
        name=chosen.name,
        version=chosen.version or None,
        subdirectory=file.get("subdirectory", ""),
    )


def _archive_facts(file: Mapping[str, Any], folder: str, where: str) -> dict[str, object]:
    """Where an archive came from (PEP 610)."""
    facts: dict[str, object] = {
        "url": without_credentials(_url(file, where, folder)),
        "archive_info": {"hashes": dict(file["hashes"])},
    }
    return {**facts, "subdirectory": file["subdirectory"]} if "subdirectory" in file else facts


def _filename(wheel: Mapping[str, Any]) -> str:
    """An explicit name beats the end of the path, which beats that of the URL."""
    given = wheel.get("name") or wheel.get("path")
    if given is None:
        given = unquote(wheel["url"].partition("#")[0].partition("?")[0])
    return str(given).rpartition("/")[2]


def _url(file: Mapping[str, Any], where: str, folder: str) -> str:
    """Where a file is: a path, relative to the lock's own folder, where that is there, else a URL."""
    url, path = file.get("url"), file.get("path")
    if isinstance(path, str):
        absolute = os.path.normpath(os.path.join(folder, path))
        if os.path.exists(absolute) or not isinstance(url, str):
            return file_url(absolute)
    if not isinstance(url, str):
        raise LockInvalidError(where, "a file has neither a path nor a URL")
    return url


def _hashes(wheel: Mapping[str, Any], where: str, filename: str) -> dict[str, str]:
    hashes = dict(wheel["hashes"])
    try:
        trusted = best_digest(hashes)
    except InvalidDigestError as error:
        raise LockInvalidError(f"{where}.wheels", error.what) from None
    if trusted is None:
        raise LockInvalidError(where, f"{filename} has no trusted hash")
    return hashes


def _row(one: Selected) -> tuple[Any, ...]:
    return (
        one.name,
        one.version,
        one.filename,
        one.url,
        dict(one.hashes),
        one.size,
        one.index,
        one.requested,
        dict(one.direct_url) if one.direct_url is not None else None,
        one.source.subdirectory if one.source is not None else None,
        row_of(one.reference) if one.reference is not None else None,
    )


def _loaded(row: Iterable[Any]) -> Selected:
    name, version, filename, url, hashes, size, index, requested, direct_url, subdirectory, reference = row
    chosen = Selected(
        name=name,
        version=version,
        filename=filename,
        url=url,
        hashes=hashes,
        size=size,
        index=index,
        requested=requested,
        direct_url=direct_url,
        reference=reference_from(reference) if reference is not None else None,
    )
    if subdirectory is None:
        return chosen
    return replace(chosen, source=_source(chosen, {"subdirectory": subdirectory}))
