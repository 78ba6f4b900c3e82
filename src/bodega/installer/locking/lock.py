"""From a resolution to ``pylock.toml`` (PEP 751), with every file of each chosen version for any tool."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from bodega import __version__
from bodega.formats.digests import best_digest
from bodega.formats.direct_url import without_credentials
from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.targets import Target
from bodega.formats.urls import without_userinfo
from bodega.formats.version_order import version_key
from bodega.installer.indexes.places import local_path
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.simple_api.pages import ProjectFile

LOCK_VERSION = "1.0"


def lock_document(
    resolution: Resolution, asked: Iterable[str], *, target: Target, reader: IndexReader, folder: str = "/"
) -> dict[str, Any]:
    """The lock as a document for TOML, keys in the specification's order; ``asked`` as it was written.

    Paths below ``folder``, where the lock goes, are written relative to it.
    """
    writer = _Writer(reader, folder)
    texts = sorted(without_userinfo(text) for text in asked)
    return {
        "lock-version": LOCK_VERSION,
        "environments": [_environment(target)],
        "requires-python": f">={'.'.join(target.python.split('.')[:2])}",
        "created-by": "bodega",
        "packages": [writer.entry(pin) for pin in resolution.pins],
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


class _Writer:
    """Writes the entries of packages; paths below ``folder`` are relative to it."""

    def __init__(self, reader: IndexReader, folder: str) -> None:
        self._reader = reader
        self._folder = folder

    def entry(self, pin: Pin) -> dict[str, Any]:
        """The entry of one package."""
        if pin.candidate.prepared is not None and pin.candidate.prepared.direct_url is not None:
            return self._referenced(pin, pin.candidate.prepared.direct_url)
        entry: dict[str, Any] = {"name": pin.name, "version": pin.version}
        if pin.candidate.file.requires_python:
            entry["requires-python"] = pin.candidate.file.requires_python
        if pin.requires:
            entry["dependencies"] = [{"name": name} for name in pin.requires]
        if pin.index is not None and pin.index.startswith(("https:", "http:")):
            entry["index"] = without_credentials(pin.index)
        self._add_files(entry, pin)
        return entry

    def _add_files(self, entry: dict[str, Any], pin: Pin) -> None:
        """Every file of the version, for any tool and platform."""
        for file in sorted(self._files_of(pin), key=lambda one: one.filename):
            if best_digest(file.hashes) is None:
                continue
            parts = wheel_parts(file.filename)
            if parts is not None and version_key(parts.version) == pin.candidate.key:
                entry.setdefault("wheels", []).append(self._file(file))
            elif parts is None and file.filename.endswith((".tar.gz", ".zip")):
                text = sdist_version(file.filename, pin.name)
                if text is not None and version_key(text) == pin.candidate.key:
                    entry["sdist"] = self._file(file)

    def _files_of(self, pin: Pin) -> Iterable[ProjectFile]:
        if pin.candidate.files is not None:
            return pin.candidate.files()
        page = self._reader.cached_page(pin.name) or self._reader.page(pin.name)
        return page.page.files if page is not None else (pin.candidate.file,)

    def _referenced(self, pin: Pin, document: Mapping[str, Any]) -> dict[str, Any]:
        """A project that came from a URL or path: a checkout, a folder or an archive (PEP 751)."""
        entry: dict[str, Any] = {"name": pin.name}
        if pin.requires:
            entry["dependencies"] = [{"name": name} for name in pin.requires]
        inside = {"subdirectory": document["subdirectory"]} if "subdirectory" in document else {}
        place = self._place(str(document["url"]))
        if "vcs_info" in document:
            info = document["vcs_info"]
            asked = info.get("requested_revision")
            revision = {"requested-revision": asked} if asked else {}
            entry["vcs"] = {"type": "git", **place, **revision, "commit-id": info["commit_id"], **inside}
        elif "dir_info" in document:
            editable = {"editable": True} if document["dir_info"].get("editable") else {}
            entry["directory"] = {**place, **editable, **inside}
        else:
            size = {} if pin.candidate.file.size is None else {"size": pin.candidate.file.size}
            entry["version"] = pin.version
            entry["archive"] = {**place, **size, "hashes": dict(pin.candidate.file.hashes), **inside}
        return entry

    def _file(self, file: ProjectFile) -> dict[str, Any]:
        entry: dict[str, Any] = {"name": file.filename}
        if file.upload_time is not None:
            entry["upload-time"] = file.upload_time
        entry |= self._place(file.url)
        if file.size is not None:
            entry["size"] = file.size
        entry["hashes"] = dict(file.hashes)
        return entry

    def _place(self, url: str) -> dict[str, Any]:
        """A URL; for what is on this machine a path, which is relative below the lock's own folder."""
        path = local_path(url)
        if path is None:
            return {"url": without_credentials(url)}
        inside = os.path.relpath(path, self._folder)
        return {"path": path if inside.split(os.sep)[0] == os.pardir else inside.replace(os.sep, "/")}
