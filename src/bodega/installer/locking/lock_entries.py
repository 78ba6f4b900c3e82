"""The entries of a lock: a version of a project, with every file of it for any tool (PEP 751)."""

import os
from collections.abc import Iterable, Mapping
from typing import Any

from bodega.formats.digests import best_digest
from bodega.formats.direct_url import without_credentials
from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.urls import without_userinfo
from bodega.formats.version_order import version_key
from bodega.installer.indexes.places import local_path
from bodega.installer.indexes.ports import IndexReader
from bodega.installer.locking.resolution import Pin
from bodega.simple_api.pages import ProjectFile


def traced(pins: Iterable[Pin]) -> dict[str, Any]:
    """Our own key of an entry: what the package requires as it wrote it, which ``why`` and ``tree`` show."""
    needs = sorted({without_userinfo(text) for pin in pins for text in pin.needs})
    return {"tool": {"bodega": {"requires": needs}}} if needs else {}


class EntryWriter:
    """Writes the entries of packages; paths below ``folder`` are relative to it."""

    def __init__(self, reader: IndexReader, folder: str) -> None:
        self._reader = reader
        self._folder = folder

    def entry(self, pin: Pin) -> dict[str, Any]:
        """The entry of one package, the keys in the specification's order."""
        return {**self._entry(pin), **traced((pin,))}

    def _entry(self, pin: Pin) -> dict[str, Any]:
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
            if parts is not None and _is_of(parts.version, pin):
                entry.setdefault("wheels", []).append(self._file(file))
            elif parts is None and file.filename.endswith((".tar.gz", ".zip")):
                text = sdist_version(file.filename, pin.name)
                if text is not None and _is_of(text, pin):
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


def _is_of(version: str, pin: Pin) -> bool:
    return version == pin.version or version_key(version) == pin.candidate.key
