"""From a resolution to ``pylock.toml`` (PEP 751), with every file of each chosen version for any tool."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from bodega import __version__
from bodega.formats.digests import best_digest
from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.targets import Target
from bodega.formats.version_order import version_key
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.simple_api.pages import ProjectFile

LOCK_VERSION = "1.0"


def lock_document(
    resolution: Resolution, asked: Iterable[str], *, target: Target, reader: IndexReader
) -> dict[str, Any]:
    """The lock as a document for TOML, keys in the specification's order; ``asked`` as it was written."""
    texts = sorted(asked)
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
    if pin.candidate.prepared is not None and pin.candidate.prepared.direct_url is not None:
        return _referenced(pin, pin.candidate.prepared.direct_url)
    entry: dict[str, Any] = {"name": pin.name, "version": pin.version}
    if pin.candidate.file.requires_python:
        entry["requires-python"] = pin.candidate.file.requires_python
    if pin.requires:
        entry["dependencies"] = [{"name": name} for name in pin.requires]
    entry["index"] = pin.index
    _add_files(entry, pin, reader)
    return entry


def _add_files(entry: dict[str, Any], pin: Pin, reader: IndexReader) -> None:
    """Every file of the version, for any tool and platform."""
    for file in sorted(_files_of(pin, reader), key=lambda one: one.filename):
        if best_digest(file.hashes) is None:
            continue
        parts = wheel_parts(file.filename)
        if parts is not None and version_key(parts.version) == pin.candidate.key:
            entry.setdefault("wheels", []).append(_file(file))
        elif parts is None and file.filename.endswith((".tar.gz", ".zip")):
            text = sdist_version(file.filename, pin.name)
            if text is not None and version_key(text) == pin.candidate.key:
                entry["sdist"] = _file(file)


def _files_of(pin: Pin, reader: IndexReader) -> Iterable[ProjectFile]:
    page = reader.cached_page(pin.name) or reader.page(pin.name)
    return page.page.files if page is not None else (pin.candidate.file,)


def _referenced(pin: Pin, document: Mapping[str, Any]) -> dict[str, Any]:
    """A project that came from a URL or path: a checkout, a folder or an archive (PEP 751)."""
    entry: dict[str, Any] = {"name": pin.name}
    if pin.requires:
        entry["dependencies"] = [{"name": name} for name in pin.requires]
    inside = {"subdirectory": document["subdirectory"]} if "subdirectory" in document else {}
    url = str(document["url"])
    if "vcs_info" in document:
        info = document["vcs_info"]
        asked = info.get("requested_revision")
        revision = {"requested-revision": asked} if asked else {}
        entry["vcs"] = {"type": "git", "url": url, **revision, "commit-id": info["commit_id"], **inside}
    elif "dir_info" in document:
        editable = {"editable": True} if document["dir_info"].get("editable") else {}
        entry["directory"] = {"path": unquote(urlsplit(url).path), **editable, **inside}
    else:
        place = {"path": unquote(urlsplit(url).path)} if url.startswith("file:") else {"url": url}
        size = {} if pin.candidate.file.size is None else {"size": pin.candidate.file.size}
        entry["version"] = pin.version
        entry["archive"] = {**place, **size, "hashes": dict(pin.candidate.file.hashes), **inside}
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
