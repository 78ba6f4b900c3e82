"""Compare two locks; the older one may be what git has."""

import os

from bodega.installer.inputs.git_versions import HEAD, git_version
from bodega.installer.locking.errors import LockUnreadableError
from bodega.installer.locking.lock_difference import LockDifference, difference
from bodega.installer.locking.lock_file import lock_document_of


def compared(old: str | None, new: str) -> LockDifference:
    """What differs between two locks by path; without ``old``, since git's last commit. Raises LockError."""
    after = lock_document_of(new)
    if old is not None:
        return difference(lock_document_of(old), after)
    data = git_version(new, HEAD)
    if data is None:
        raise LockUnreadableError(
            f"{os.path.basename(new)} of git's last commit",
            "there is no git, no commit, or it has no such file",
        )
    return difference(lock_document_of(f"{new} of git's last commit", data), after)
