"""The folder of an embedded index: one server at a time, and the facts fixed at its first start."""

import contextlib
import json
import os
import secrets
from collections.abc import Mapping

from bodega.adapters.filesystem.file_locks import try_lock
from bodega.formats.errors import BodegaError

_FACTS = "index.json"
_LOCK = "serve.lock"


class DataFolderError(BodegaError):
    """The data folder cannot be made or written to."""

    code = "E-DATA-FOLDER"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the data folder {path} cannot be used", why=reason)
        self.path = path
        self.reason = reason


class DataFolderInUseError(BodegaError):
    """Another server serves this data folder."""

    code = "E-DATA-FOLDER-IN-USE"

    def __init__(self, path: str) -> None:
        super().__init__(f"the data folder {path} is in use", why="another bodega server serves it")
        self.path = path


class DataFolder:
    """The folder at a path, made where it is missing; ``close`` lets go of it."""

    def __init__(self, path: str, held: int | None = None) -> None:
        """``held`` is a descriptor of its lock, where that is ours already."""
        self.path = os.path.abspath(path)
        if held is not None:
            self._lock = held
            return
        try:
            os.makedirs(self.path, mode=0o700, exist_ok=True)
            self._lock = os.open(os.path.join(self.path, _LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataFolderError(self.path, error.strerror or str(error)) from error
        if not try_lock(self._lock):
            os.close(self._lock)
            raise DataFolderInUseError(self.path)

    def facts(self) -> Mapping[str, str]:
        """What was fixed at an earlier start; empty at the first. Raises DataFolderError."""
        return facts_of(self.path)

    def fix(self, facts: Mapping[str, str]) -> None:
        """Remember facts, durably and all or none."""
        path = os.path.join(self.path, _FACTS)
        beside = f"{path}.{os.getpid()}"
        try:
            with open(beside, "w", encoding="utf-8") as file:
                json.dump(dict(facts), file, indent=2)
                file.flush()
                os.fsync(file.fileno())
            os.replace(beside, path)
        except OSError as error:
            with contextlib.suppress(OSError):
                os.unlink(beside)
            raise DataFolderError(self.path, error.strerror or str(error)) from error

    def shared(self) -> "DataFolder":
        """The same folder, held together: another server may have it when all have let go of it."""
        return DataFolder(self.path, os.dup(self._lock))

    def close(self) -> None:
        """Let another server have it."""
        os.close(self._lock)


def facts_of(folder: str) -> Mapping[str, str]:
    """What was fixed at the first start of a data folder, whoever serves it; raises DataFolderError."""
    try:
        with open(os.path.join(folder, _FACTS), encoding="utf-8") as file:
            facts = json.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise DataFolderError(folder, f"its {_FACTS} cannot be read: {error}") from error
    if not isinstance(facts, dict):
        raise DataFolderError(folder, f"its {_FACTS} is not what bodega wrote")
    return {str(name): str(value) for name, value in facts.items()}


def new_instance_id() -> str:
    """What an index calls itself, so that it recognises itself."""
    return secrets.token_hex(12)
