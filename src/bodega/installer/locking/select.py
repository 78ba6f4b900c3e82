"""From a lock, or a resolution, to the files to install (PEP 751, "Installing").

A lock is chosen from by file names alone, offline, and the choice is kept under the lock's digest: a second
``sync`` of the same lock parses nothing.
"""

import hashlib
import marshal
import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from bodega.formats.digests import InvalidDigestError, best_digest
from bodega.formats.filenames import wheel_parts
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.tags import TagRanking
from bodega.formats.targets import Target
from bodega.formats.versions import python_allows
from bodega.installer.locking.candidates import ComputedCache, fingerprint_of
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError, LockUnreadableError
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.selection import Selected

_FORMAT = 2
_KINDS: Mapping[type, str] = {str: "text", int: "whole number", list: "array", dict: "table"}
Kind = TypeVar("Kind")


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
        )
        for pin in resolution.pins
    ]


def select_from_lock(path: str, target: Target, cache: ComputedCache) -> list[Selected]:
    """The files that a lock has for a target; raises LockError."""
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError as error:
        raise LockUnreadableError(path, (error.strerror or str(error)).lower()) from error
    key = f"selection-{_FORMAT}-{hashlib.sha256(data).hexdigest()}-{fingerprint_of(target)}"
    kept = cache.get(key)
    if kept is not None:
        try:
            return [_loaded(row) for row in marshal.loads(kept)]  # noqa: S302 - our own file
        except (ValueError, TypeError, EOFError):
            pass
    selected = _select(_parsed(path, data), target)
    cache.keep(key, marshal.dumps([_row(one) for one in selected], 4))
    return selected


def _parsed(path: str, data: bytes) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - not needed for a lock that was chosen from before

    try:
        return tomllib.loads(data.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise LockUnreadableError(path, f"it is not TOML: {error}") from None


def _select(document: Mapping[str, Any], target: Target) -> list[Selected]:
    markers = Markers(target.markers)
    _check_version(document)
    _check_environment(document, target, markers)
    requested = _requested(document)
    chooser = _Chooser(TagRanking(target.tags), target, requested)
    selected: dict[str, Selected] = {}
    groups = _typed(document, "default-groups", list, "the lock") or ()
    entries = _typed(document, "packages", list, "the lock")
    if entries is None:
        raise LockInvalidError("packages", "it is missing")
    for number, entry in enumerate(entries):
        where = f"packages[{number}]"
        name = _typed(entry, "name", str, where)
        if name is None:
            raise LockInvalidError(where, "it has no name")
        if not markers.holds_in_lock(_typed(entry, "marker", str, where), groups):
            continue
        if normalize(name) in selected:
            raise LockInvalidError(where, f"{name} is there twice for this environment")
        selected[normalize(name)] = chooser.choose(entry, where)
    return list(selected.values())


def _check_version(document: Mapping[str, Any]) -> None:
    version = document.get("lock-version")
    if not isinstance(version, str) or version.partition(".")[0] != "1":
        raise LockInvalidError("lock-version", f"it is {version!r}; known is 1.0")


def _check_environment(document: Mapping[str, Any], target: Target, markers: Markers) -> None:
    python = _typed(document, "requires-python", str, "the lock")
    if python and not python_allows(python, target.python):
        raise LockUnfitError(f"the lock is for Python {python}", why=f"this environment has {target.python}")
    environments = _typed(document, "environments", list, "the lock") or []
    if not all(isinstance(marker, str) for marker in environments):
        raise LockInvalidError("environments", "it is no array of markers")
    if environments and not any(markers.holds_in_lock(marker) for marker in environments):
        raise LockUnfitError(
            "the lock is for other environments", why=f"it is for {'; or '.join(environments)}"
        )


def _requested(document: Mapping[str, Any]) -> frozenset[str]:
    from bodega.formats.requirements import parse_requirement  # noqa: PLC0415 - dear to import

    tool = _typed(document, "tool", dict, "the lock") or {}
    ours = _typed(tool, "bodega", dict, "tool") or {}
    texts = _typed(ours, "requirements", list, "tool.bodega") or ()
    return frozenset(parse_requirement(text).name for text in texts)


class _Chooser:
    """Chooses the file of each package of a lock."""

    def __init__(self, ranking: TagRanking, target: Target, requested: frozenset[str]) -> None:
        self._ranking = ranking
        self._target = target
        self._requested = requested

    def choose(self, entry: Mapping[str, Any], where: str) -> Selected:
        """The best wheel of a package; raises LockError."""
        name = normalize(entry["name"])
        python = _typed(entry, "requires-python", str, where)
        if python and not python_allows(python, self._target.python):
            raise LockUnfitError(
                f"{name} in the lock is for Python {python}", why=f"this is {self._target.python}"
            )
        wheel = self._best(_typed(entry, "wheels", list, where) or (), where)
        if wheel is None:
            kinds = [kind for kind in ("sdist", "archive", "directory", "vcs") if kind in entry]
            why = f"it has {', '.join(kinds)}, which is not built yet" if kinds else "no wheel fits"
            raise LockUnfitError(f"the lock has no wheel of {name} for this environment", why=why)
        version = _typed(entry, "version", str, where)
        if version is None:
            raise LockInvalidError(where, "a package with wheels must have a version")
        filename = _filename(wheel)
        return Selected(
            name=NormalizedName(name),
            version=version,
            filename=filename,
            url=_url(wheel, where),
            hashes=_hashes(wheel, where, filename),
            size=_typed(wheel, "size", int, where),
            index=_typed(entry, "index", str, where),
            requested=name in self._requested,
        )

    def _best(self, wheels: Sequence[Mapping[str, Any]], where: str) -> Mapping[str, Any] | None:
        best: tuple[tuple[int, int, str], Mapping[str, Any]] | None = None
        for wheel in wheels:
            _typed(wheel, "name", str, f"{where}.wheels")
            parts = wheel_parts(_filename(wheel))
            if parts is None:
                raise LockInvalidError(f"{where}.wheels", f"{_filename(wheel)!r} is no wheel's name")
            rank = self._ranking.rank(parts.tags)
            if rank is None:
                continue
            score = (rank, -parts.build[0], parts.build[1])
            if best is None or score < best[0]:
                best = (score, wheel)
        return best[1] if best else None


def _filename(wheel: Mapping[str, Any]) -> str:
    """An explicit name beats the end of the path or URL."""
    name = wheel.get("name") or str(wheel.get("path") or wheel.get("url") or "").rpartition("/")[2]
    return str(name).partition("#")[0]


def _url(wheel: Mapping[str, Any], where: str) -> str:
    url = wheel.get("url")
    if wheel.get("path") or not isinstance(url, str):
        raise LockUnfitError(f"{where} names a local path", why="wheels are installed from URLs only, yet")
    return url


def _hashes(wheel: Mapping[str, Any], where: str, filename: str) -> dict[str, str]:
    given = _typed(wheel, "hashes", dict, where) or {}
    hashes = {str(key): str(value) for key, value in given.items()}
    try:
        trusted = best_digest(hashes)
    except InvalidDigestError as error:
        raise LockInvalidError(f"{where}.wheels", error.what) from None
    if trusted is None:
        raise LockInvalidError(where, f"{os.path.basename(filename)} has no trusted hash")
    return hashes


def _typed(table: Any, key: str, kind: type[Kind], where: str) -> Kind | None:
    """A value of a table, ``None`` where it is not there; raises LockInvalidError for another type."""
    if not isinstance(table, dict):
        raise LockInvalidError(where, "it is no table")
    value = table.get(key)
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise LockInvalidError(f"{where}.{key}", f"it is no {_KINDS[kind]}")
    return value


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
    )


def _loaded(row: Iterable[Any]) -> Selected:
    name, version, filename, url, hashes, size, index, requested = row
    return Selected(
        name=name,
        version=version,
        filename=filename,
        url=url,
        hashes=hashes,
        size=size,
        index=index,
        requested=requested,
    )
