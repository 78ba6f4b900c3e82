"""The versions of an earlier lock, which a new one keeps where it can, so that little changes."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.locking.lock_file import lock_document_of, toml_of


@dataclass(frozen=True, slots=True)
class LockedVersion:
    """A version that a lock has, and the marker of where it has it; ``None``: everywhere."""

    name: NormalizedName
    version: str
    marker: str | None = None


def locked_entries(path: str, *, but: Collection[str] = ()) -> tuple[LockedVersion, ...]:
    """The versions of a lock, without those of the projects named; raises LockError."""
    return tuple(one for one in _entries(lock_document_of(path)) if one.name not in but)


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
    return only_versions(locked_entries(path))


def locked_names(path: str) -> frozenset[str]:
    """The projects that a lock has, checkouts and folders without a version among them; raises LockError."""
    return frozenset(normalize(entry["name"]) for entry in lock_document_of(path)["packages"])


def locked_parts(path: str) -> tuple[str, ...]:
    """Which parts of a project a lock of ours says that it holds; raises LockError."""
    return _texts(lock_document_of(path), "parts")


def locked_cells(path: str) -> tuple[list[str], list[str]]:
    """The platforms and Pythons that a universal lock of ours is for; raises LockError."""
    document = lock_document_of(path)
    return list(_texts(document, "platforms")), list(_texts(document, "pythons"))


def _texts(document: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """An array of our own in a lock; the form of ``tool`` is held to nothing."""
    tool = document.get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    said = ours.get(key, ()) if isinstance(ours, dict) else ()
    return tuple(text for text in said if isinstance(text, str)) if isinstance(said, list) else ()
