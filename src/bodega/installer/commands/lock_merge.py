"""The sides of a lock that is to be merged: from git, from named files, or from the markers in the file."""

from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.installer.inputs.git_versions import BASE, OURS, THEIRS, git_version, is_merged_here
from bodega.installer.locking.conflict_markers import conflicted
from bodega.installer.locking.lock_file import lock_bytes, lock_document_of
from bodega.installer.locking.lock_merge import EMPTY, Sides


class NothingToMergeError(BodegaError):
    """A lock is to be merged, and has neither conflict markers nor a merge of git's that waits for it."""

    code = "E-LOCK-MERGE-NOTHING"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"there is nothing to merge in {path}",
            why="git holds no merge of it, and it has no conflict markers",
        )
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Files that are the sides, as a merge driver of git is given them; the base may be empty."""

    base: str | None
    ours: str
    theirs: str


def sides_of(path: str, named: Named | None = None) -> Sides:
    """The three sides; raises NothingToMergeError, LockError, which says of which side."""
    if named is not None:
        known = lock_bytes(named.base) if named.base is not None else None
        return _sides(path, known, lock_bytes(named.ours), lock_bytes(named.theirs))
    if is_merged_here(path):
        found = [git_version(path, stage) for stage in (BASE, OURS, THEIRS)]
        if found[1] is not None and found[2] is not None:
            return _sides(path, found[0], found[1], found[2])
    parts = conflicted(lock_bytes(path).decode("utf-8", "replace"))
    if parts is None:
        raise NothingToMergeError(path)
    base = parts.base.encode() if parts.base is not None else None
    return _sides(path, base, parts.ours.encode(), parts.theirs.encode())


def _sides(path: str, base: bytes | None, ours: bytes, theirs: bytes) -> Sides:
    return Sides(
        base=lock_document_of(f"{path} (base)", base) if base and base.strip() else EMPTY,
        ours=lock_document_of(f"{path} (ours)", ours),
        theirs=lock_document_of(f"{path} (theirs)", theirs),
    )
