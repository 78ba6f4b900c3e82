"""Lock files as documents: read within bounds and held to the standard (PEP 751)."""

import os
import re
from collections.abc import Mapping
from typing import Any

from bodega.installer.locking.errors import LockInvalidError, LockUnreadableError

#: The largest locks of real projects, for every platform, have some ten megabytes.
MOST_BYTES = 48 << 20
_HEAD_BYTES = 4096
_NEWER = re.compile(rb"""^lock-version\s*=\s*["'](1\.(?!0["'])[0-9]{1,6})["']""", re.MULTILINE)


def lock_bytes(path: str) -> bytes:
    """What is in a lock; raises LockUnreadableError, also for what is too large to be one."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise LockUnreadableError(path, (error.strerror or str(error)).lower()) from error
    if len(data) > MOST_BYTES:
        raise LockUnreadableError(path, f"it is larger than {MOST_BYTES >> 20} MB")
    return data


def toml_of(path: str, data: bytes) -> dict[str, Any]:
    """A file of TOML as a document; raises LockUnreadableError."""
    import tomllib  # noqa: PLC0415 - not needed for a lock that was chosen from before

    try:
        return tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        raise LockUnreadableError(path, f"it is not UTF-8 from byte {error.start} on") from None
    except tomllib.TOMLDecodeError as error:
        if b"\n<<<<<<< " in b"\n" + data:
            raise LockUnreadableError(path, "it has conflict markers: `bodega lock merge`") from None
        raise LockUnreadableError(path, f"it is not TOML: {error}") from None
    except (RecursionError, ValueError):
        raise LockUnreadableError(path, "it is nested too deeply, or a number in it is too long") from None


def check_lock(document: Mapping[str, Any]) -> None:
    """Hold the whole document to the standard, so that everything after may rely on its form."""
    from packaging.pylock import Pylock, PylockValidationError  # noqa: PLC0415 - dear to import

    version = document.get("lock-version")
    if not isinstance(version, str) or not re.fullmatch(r"1(\.[0-9]{1,6})?", version):
        raise LockInvalidError("lock-version", f"it is {str(version)[:40]!r}; known is 1.0")
    try:
        # A newer minor version may hold more, which is told (``newer_minor``) and left alone.
        Pylock.from_dict({**document, "lock-version": "1.0"})
    except PylockValidationError as error:
        reason = error.message[:1].lower() + error.message[1:]
        raise LockInvalidError(error.context or "its top", reason[:300]) from None


def lock_document_of(path: str, data: bytes | None = None) -> dict[str, Any]:
    """A lock as a document that is valid; raises LockError."""
    document = toml_of(path, lock_bytes(path) if data is None else data)
    check_lock(document)
    return document


def newer_minor(path: str) -> tuple[str, ...]:
    """What to say of a lock of a newer minor version than ours, which is valid all the same."""
    try:
        with open(path, "rb") as file:
            found = _NEWER.search(file.read(_HEAD_BYTES))
    except OSError:
        return ()
    if found is None:
        return ()
    version = found[1].decode()
    return (f"{os.path.basename(path)} is of lock-version {version}; what that adds to 1.0 is not heeded",)
