"""The versions of an earlier lock, which a new one keeps where it can, so that little changes."""

from collections.abc import Collection

from bodega.formats.names import normalize
from bodega.installer.locking.lock_file import lock_document_of


def locked_versions(path: str, *, but: Collection[str] = ()) -> dict[str, str]:
    """Versions by name, without those of the projects named; raises LockError.

    A project that a lock has in several versions, each for other environments, has none to be kept.
    """
    found: dict[str, set[str]] = {}
    for entry in lock_document_of(path)["packages"]:
        if isinstance(entry.get("version"), str):
            found.setdefault(normalize(entry["name"]), set()).add(entry["version"])
    return {
        name: next(iter(versions))
        for name, versions in found.items()
        if len(versions) == 1 and name not in but
    }


def locked_parts(path: str) -> tuple[str, ...]:
    """Which parts of a project a lock of ours says that it holds; raises LockError."""
    tool = lock_document_of(path).get("tool", {})
    ours = tool.get("bodega", {}) if isinstance(tool, dict) else {}
    said = ours.get("parts", ()) if isinstance(ours, dict) else ()
    return tuple(text for text in said if isinstance(text, str)) if isinstance(said, list) else ()
