"""Checkouts and folders that a lock names, looked into: what they are and what they are built from."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import Installed
from bodega.installer.locking.errors import LockUnfitError
from bodega.installer.locking.selection import Selected


def followed(
    selected: Sequence[Selected], installed: Mapping[NormalizedName, Installed], workshop: Workshop
) -> list[Selected]:
    """What was selected, each checkout and folder with its version and its source.

    A commit that is installed already is not fetched again. Raises what the references' port raises, and
    LockUnfitError where a checkout is of another commit than the lock's.
    """
    return [_looked_into(one, installed.get(one.name), workshop) for one in selected]


def _looked_into(one: Selected, present: Installed | None, workshop: Workshop) -> Selected:
    if one.reference is None:
        return one
    if present is not None and _is_settled(one, present):
        return replace(one, version=present.version, direct_url=present.direct_url, reference=None)
    prepared = workshop.references.prepare(one.reference)
    if _commit(prepared.direct_url) != _commit(one.direct_url):
        raise LockUnfitError(
            f"{one.name} is not what the lock says",
            why=f"the checkout came to {_commit(prepared.direct_url)}",
        )
    return replace(
        one,
        version=prepared.version,
        filename=prepared.filename,
        url=prepared.url,
        hashes=prepared.hashes,
        size=prepared.size,
        source=prepared.source,
        reference=None,
    )


def _is_settled(one: Selected, present: Installed) -> bool:
    """Whether the same commit, or the same folder in place, is installed: both are as they were."""
    there, wanted = present.direct_url, one.direct_url
    if there is None or wanted is None or there.get("url") != wanted.get("url"):
        return False
    if there.get("subdirectory") != wanted.get("subdirectory"):
        return False
    commit = _commit(wanted)
    if commit is not None:
        return commit == _commit(there)
    return wanted.get("dir_info") == {"editable": True} == there.get("dir_info")


def _commit(document: Mapping[str, object] | None) -> object:
    info = document.get("vcs_info") if document is not None else None
    return info.get("commit_id") if isinstance(info, dict) else None
