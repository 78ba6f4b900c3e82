"""Which reader a foreign lock has, by its name, and what that gives."""

import os
from collections.abc import Mapping
from typing import Any

from bodega.formats.targets import Target
from bodega.installer.locking.foreign.known_parts import check_parts
from bodega.installer.locking.foreign.pdm_lock import read_pdm
from bodega.installer.locking.foreign.poetry_lock import read_poetry
from bodega.installer.locking.foreign.uv_lock import read_uv
from bodega.installer.locking.foreign.values import Chosen, ForeignLock, LockChoice
from bodega.installer.locking.lock_file import lock_bytes, toml_of

_READERS = {"uv.lock": read_uv, "poetry.lock": read_poetry, "pdm.lock": read_pdm}
_PROJECT = "pyproject.toml"


def read_foreign(path: str, target: Target, choice: LockChoice) -> Chosen:
    """What a lock has for a target; raises LockError."""
    document = toml_of(path, lock_bytes(path))
    lock = ForeignLock(
        path=path, document=document, project=_project_beside(path), target=target, choice=choice
    )
    check_parts(lock)
    return _READERS[os.path.basename(path)](lock)


def _project_beside(path: str) -> Mapping[str, Any]:
    beside = os.path.join(os.path.dirname(path), _PROJECT)
    return toml_of(beside, lock_bytes(beside)) if os.path.isfile(beside) else {}
