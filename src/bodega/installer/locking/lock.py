"""From a resolution to ``pylock.toml`` (PEP 751), with every file of each chosen version for any tool."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from bodega import __version__
from bodega.formats.targets import Target
from bodega.formats.urls import without_userinfo
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.lock_entries import EntryWriter
from bodega.installer.locking.resolution import Resolution

LOCK_VERSION = "1.0"


def lock_document(
    resolution: Resolution, asked: Iterable[str], *, target: Target, reader: IndexReader, folder: str = "/"
) -> dict[str, Any]:
    """The lock as a document for TOML, keys in the specification's order; ``asked`` as it was written.

    Paths below ``folder``, where the lock goes, are written relative to it.
    """
    writer = EntryWriter(reader, folder)
    return {
        "lock-version": LOCK_VERSION,
        "environments": [environment_of(target)],
        "requires-python": f">={'.'.join(target.python.split('.')[:2])}",
        "created-by": "bodega",
        "packages": [writer.entry(pin) for pin in resolution.pins],
        "tool": {"bodega": tool_table(asked)},
    }


def tool_table(asked: Iterable[str]) -> dict[str, Any]:
    """What we say beyond the standard: what was asked for, as it was written, and a digest of that."""
    texts = sorted(without_userinfo(text) for text in asked)
    return {
        "version": __version__,
        "requirements": texts,
        "inputs": "sha256:" + hashlib.sha256("\n".join(texts).encode()).hexdigest(),
    }


def lock_text(document: Mapping[str, Any]) -> str:
    """The lock as TOML."""
    from bodega.installer.locking.toml_text import toml_text  # noqa: PLC0415 - only when a lock is written

    return toml_text(document)


def environment_of(target: Target) -> str:
    """The marker of one environment."""
    fields = ("python_version", "sys_platform", "platform_machine", "platform_python_implementation")
    return " and ".join(f"{field} == '{target.markers[field]}'" for field in fields)
