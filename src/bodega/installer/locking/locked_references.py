"""Checkouts and folders in a lock: what ``packages.vcs`` and ``packages.directory`` name (PEP 751)."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.places import file_url
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.ports import Reference

#: Less than a whole commit id may come to mean another commit.
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.ASCII)


def locked_reference(entry: Mapping[str, Any], where: str, folder: str) -> Reference | None:
    """The reference of a package; ``None`` where it has neither checkout nor folder.

    Paths are relative to ``folder``, which holds the lock. Raises LockInvalidError, and LockUnfitError for
    version control that we do not know.
    """
    if "vcs" in entry:
        return _checkout(entry["name"], entry["vcs"], where, folder)
    if "directory" in entry:
        directory = entry["directory"]
        return Reference(
            url=file_url(os.path.normpath(os.path.join(folder, directory["path"]))),
            text=f"{entry['name']} of the lock",
            origin=where,
            name=NormalizedName(entry["name"]),
            subdirectory=directory.get("subdirectory", ""),
            editable=bool(directory.get("editable")),
        )
    return None


def facts_of(entry: Mapping[str, Any], reference: Reference) -> dict[str, object]:
    """Where a package of the lock comes from, as direct_url.json has it (PEP 610)."""
    inside = {"subdirectory": reference.subdirectory} if reference.subdirectory else {}
    if "vcs" not in entry:
        editable = {"editable": True} if reference.editable else {}
        return {"url": reference.url, "dir_info": editable, **inside}
    vcs = entry["vcs"]
    asked = {"requested_revision": vcs["requested-revision"]} if "requested-revision" in vcs else {}
    url = without_credentials(reference.url.removeprefix("git+").rpartition("@")[0])
    return {"url": url, "vcs_info": {"vcs": "git", "commit_id": vcs["commit-id"], **asked}, **inside}


def row_of(reference: Reference) -> tuple[Any, ...]:
    """A reference of a lock as plain values."""
    one = reference
    return (one.url, one.text, one.origin, one.name, one.subdirectory, one.editable)


def reference_from(row: Iterable[Any]) -> Reference:
    """A reference from its plain values."""
    url, text, origin, name, subdirectory, editable = row
    return Reference(
        url=url, text=text, origin=origin, name=name, subdirectory=subdirectory, editable=editable
    )


def _checkout(name: str, vcs: Mapping[str, Any], where: str, folder: str) -> Reference:
    if vcs["type"] != "git":
        raise LockUnfitError(f"{name} in the lock is a {vcs['type']} checkout", why="only git's are done")
    commit = vcs["commit-id"]
    if not _COMMIT.fullmatch(commit):
        raise LockInvalidError(f"{where}.vcs.commit-id", f"{commit[:80]!r} is no whole commit id")
    url = vcs.get("url") or file_url(os.path.normpath(os.path.join(folder, vcs["path"])))
    return Reference(
        url=f"git+{url}@{commit}",
        text=f"{name} of the lock",
        origin=where,
        name=NormalizedName(name),
        subdirectory=vcs.get("subdirectory", ""),
    )
