"""From a resolution to ``pylock.toml`` (PEP 751), with every file of each chosen version for any tool."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from bodega import __version__
from bodega.formats.digests import best_digest
from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.targets import Target
from bodega.formats.version_order import version_key
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.simple_api.pages import ProjectFile

LOCK_VERSION = "1.0"


def lock_document(
    resolution: Resolution, asked: Iterable[Asked], *, target: Target, reader: IndexReader
) -> dict[str, Any]:
    """The lock as a document for TOML, keys in the order of the specification."""
    texts = sorted(one.requirement.text for one in asked)
    return {
        "lock-version": LOCK_VERSION,
        "environments": [_environment(target)],
        "requires-python": f">={'.'.join(target.python.split('.')[:2])}",
        "created-by": "bodega",
        "packages": [_package(pin, reader) for pin in resolution.pins],
        "tool": {
            "bodega": {
                "version": __version__,
                "requirements": texts,
                "inputs": "sha256:" + hashlib.sha256("\n".join(texts).encode()).hexdigest(),
            }
        },
    }


def lock_text(document: Mapping[str, Any]) -> str:
    """The lock as TOML."""
    import tomli_w  # noqa: PLC0415 - only when a lock is written

    return tomli_w.dumps(document)


def _environment(target: Target) -> str:
    fields = ("python_version", "sys_platform", "platform_machine", "platform_python_implementation")
    return " and ".join(f"{field} == '{target.markers[field]}'" for field in fields)


def _package(pin: Pin, reader: IndexReader) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": pin.name, "version": pin.version}
    if pin.candidate.file.requires_python:
        entry["requires-python"] = pin.candidate.file.requires_python
    if pin.requires:
        entry["dependencies"] = [{"name": name} for name in pin.requires]
    entry["index"] = pin.index
    page = reader.cached_page(pin.name) or reader.page(pin.name)
    files = page.page.files if page is not None else (pin.candidate.file,)
    for file in sorted(files, key=lambda one: one.filename):
        if best_digest(file.hashes) is None:
            continue
        parts = wheel_parts(file.filename)
        if parts is not None and version_key(parts.version) == pin.candidate.key:
            entry.setdefault("wheels", []).append(_file(file))
        elif parts is None and file.filename.endswith((".tar.gz", ".zip")):
            text = sdist_version(file.filename, pin.name)
            if text is not None and version_key(text) == pin.candidate.key:
                entry["sdist"] = _file(file)
    return entry


def _file(file: ProjectFile) -> dict[str, Any]:
    entry: dict[str, Any] = {"name": file.filename}
    if file.upload_time is not None:
        entry["upload-time"] = file.upload_time
    entry["url"] = file.url
    if file.size is not None:
        entry["size"] = file.size
    entry["hashes"] = dict(file.hashes)
    return entry
