"""What an earlier lock has, of which a new one keeps what it can, so that little changes.

Reading and checking a lock of a hundred projects costs a tenth of a second, so what is taken from it is kept
under the digest of its bytes.
"""

import hashlib
import marshal
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.lock_file import lock_bytes, lock_document_of, toml_of

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class LockedVersion:
    """A version that a lock has, and the marker of where it has it; ``None``: everywhere."""

    name: NormalizedName
    version: str
    marker: str | None = None


@dataclass(frozen=True, slots=True)
class EarlierLock:
    """What is taken from a lock.

    ``names`` are its projects, checkouts and folders without a version among them. ``parts`` of a project,
    ``platforms`` and ``pythons`` are what a lock of ours says that it is for.
    """

    entries: tuple[LockedVersion, ...]
    names: tuple[NormalizedName, ...]
    parts: tuple[str, ...]
    platforms: tuple[str, ...]
    pythons: tuple[str, ...]


def earlier_lock(path: str, cache: ComputedCache | None = None) -> EarlierLock:
    """What is taken from a lock; raises LockError."""
    data = lock_bytes(path)
    if cache is None:
        return _read(path, data)
    key = f"locked-{_FORMAT}-{hashlib.sha256(data).hexdigest()}"
    kept = cache.get(key)
    if kept is not None:
        try:
            rows, *rest = marshal.loads(kept)  # noqa: S302 - our own file
            return EarlierLock(tuple(LockedVersion(*row) for row in rows), *map(tuple, rest))
        except (ValueError, TypeError, EOFError):
            pass
    found = _read(path, data)
    rows = [(one.name, one.version, one.marker) for one in found.entries]
    cache.keep(key, marshal.dumps((rows, found.names, found.parts, found.platforms, found.pythons), 4))
    return found


@lru_cache(maxsize=2)
def _read(path: str, data: bytes) -> EarlierLock:
    document = lock_document_of(path, data)
    return EarlierLock(
        _entries(document),
        tuple(normalize(entry["name"]) for entry in document["packages"]),
        _texts(document, "parts"),
        _texts(document, "platforms"),
        _texts(document, "pythons"),
    )


def locked_entries(
    path: str, cache: ComputedCache | None = None, *, but: Collection[str] = ()
) -> tuple[LockedVersion, ...]:
    """The versions of a lock, without those of the projects named; raises LockError."""
    return tuple(one for one in earlier_lock(path, cache).entries if one.name not in but)


def entries_of(text: str) -> tuple[LockedVersion, ...]:
    """The versions of a lock that was not written yet."""
    return _entries(toml_of("the lock", text.encode()))


def _entries(document: Mapping[str, Any]) -> tuple[LockedVersion, ...]:
    return tuple(
        LockedVersion(normalize(entry["name"]), entry["version"], entry.get("marker"))
        for entry in document["packages"]
        if isinstance(entry.get("version"), str)
    )


def newest_versions(entries: Iterable[LockedVersion]) -> dict[str, str]:
    """Versions by name: of a project with several, the last, as a lock has them in their order."""
    return {one.name: one.version for one in entries}


def only_versions(entries: Collection[LockedVersion]) -> dict[str, str]:
    """Versions by name.

    A project that a lock has in several versions, each for other environments, has none to be kept.
    """
    found: dict[str, set[str]] = {}
    for one in entries:
        found.setdefault(one.name, set()).add(one.version)
    return {name: next(iter(versions)) for name, versions in found.items() if len(versions) == 1}


def locked_versions(path: str) -> dict[str, str]:
    """Versions by name that a lock has everywhere; raises LockError."""
    return only_versions(earlier_lock(path).entries)


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """An array of our own in a lock; the form of ``tool`` is held to nothing."""
    tool = document.get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    said = ours.get(key, ()) if isinstance(ours, dict) else ()
    return tuple(text for text in said if isinstance(text, str)) if isinstance(said, list) else ()
