"""The versions of an earlier lock, which a new one keeps where it can, so that little changes."""

from collections.abc import Collection
from dataclasses import dataclass

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.locking.lock_file import lock_document_of


@dataclass(frozen=True, slots=True)
class LockedVersion:
    """A version that a lock has, and the marker of where it has it; ``None``: everywhere."""

    name: NormalizedName
    version: str
    marker: str | None = None


def locked_entries(path: str, *, but: Collection[str] = ()) -> tuple[LockedVersion, ...]:
    """The versions of a lock, without those of the projects named; raises LockError."""
    entries = lock_document_of(path)["packages"]
    return tuple(
        LockedVersion(normalize(entry["name"]), entry["version"], entry.get("marker"))
        for entry in entries
        if isinstance(entry.get("version"), str) and normalize(entry["name"]) not in but
    )


def only_versions(entries: Collection[LockedVersion]) -> dict[str, str]:
    """Versions by name.

    A project that a lock has in several versions, each for other environments, has none to be kept.
    """
    found: dict[str, set[str]] = {}
    for one in entries:
        found.setdefault(one.name, set()).add(one.version)
    return {name: next(iter(versions)) for name, versions in found.items() if len(versions) == 1}


def locked_versions(path: str, *, but: Collection[str] = ()) -> dict[str, str]:
    """Versions by name, without those of the projects named; raises LockError."""
    return only_versions(locked_entries(path, but=but))


def locked_parts(path: str) -> tuple[str, ...]:
    """Which parts of a project a lock of ours says that it holds; raises LockError."""
    tool = lock_document_of(path).get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    said = ours.get("parts", ()) if isinstance(ours, dict) else ()
    return tuple(text for text in said if isinstance(text, str)) if isinstance(said, list) else ()
