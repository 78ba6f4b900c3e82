"""Components with what they say of themselves: installed, or by the files of a lock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from bodega.formats.errors import BodegaError
from bodega.formats.raw_metadata import read_raw_metadata
from bodega.installer.auditing.components import Component, ComponentFile
from bodega.installer.auditing.info_folder import InfoFolder, info_folder_in
from bodega.installer.indexes.at_once import at_once
from bodega.simple_api.pages import ProjectFile

_AT_ONCE = 16


class MetadataReader(Protocol):
    """The part of ``indexes.ports.IndexReader`` that is needed here."""

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The core metadata of a wheel, if kept."""

    def metadata(self, file: ProjectFile) -> bytes:
        """The core metadata of a wheel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """A component, its core metadata as ``raw_metadata`` reads them, and its ``.dist-info`` folder.

    ``metadata`` is empty where nothing is known, and ``why`` says why.
    """

    component: Component
    metadata: Mapping[str, Any] = field(default_factory=dict)
    info: InfoFolder | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where the files of a lock are looked for.

    ``tree`` gives the folder of a wheel that the store has, by sha256. ``sdist`` gives the PKG-INFO of a
    source distribution; no code of it is run. Both may raise BodegaError, as the reader may.
    """

    reader: Callable[[], MetadataReader]
    tree: Callable[[str], str | None]
    sdist: Callable[[ProjectFile], bytes]


def describe(components: Sequence[Component], shelf: Shelf) -> list[Described]:
    """Look at each; where something cannot be had the reason stands in its place."""
    return at_once(lambda one: _described(one, shelf), components, _AT_ONCE)


def _described(component: Component, shelf: Shelf) -> Described:
    installed = component.installed
    if installed is not None:
        info = InfoFolder(installed.path) if installed.kind == "dist-info" else None
        return Described(component=component, metadata=_raw(installed.metadata), info=info)
    wheels = [one for one in component.files if one.filename.endswith(".whl")]
    kept = next((folder for one in wheels if (folder := _unpacked(one, shelf)) is not None), None)
    if kept is not None:
        data = kept.read("METADATA")
        if data is not None:
            return Described(component=component, metadata=_raw(data), info=kept)
    try:
        data = _from_index(component, wheels, shelf)
    except BodegaError as error:
        return Described(component=component, why=error.what)
    why = "" if data is not None else "the lock names no file of it"
    return Described(component=component, metadata=_raw(data) if data is not None else {}, why=why)


def _from_index(component: Component, wheels: Sequence[ComponentFile], shelf: Shelf) -> bytes | None:
    for one in wheels:
        kept = shelf.reader().cached_metadata(_as_file(one))
        if kept is not None:
            return kept
    for one in wheels:
        if one.url:
            return shelf.reader().metadata(_as_file(one))
    for one in component.files:
        if one.url and not one.filename.endswith(".whl"):
            return shelf.sdist(_as_file(one))
    return None


def _unpacked(file: ComponentFile, shelf: Shelf) -> InfoFolder | None:
    sha256 = file.hashes.get("sha256")
    folder = shelf.tree(sha256) if sha256 else None
    return info_folder_in(folder) if folder is not None else None


def _as_file(file: ComponentFile) -> ProjectFile:
    return ProjectFile(filename=file.filename, url=file.url, hashes=dict(file.hashes), size=file.size)


def _raw(data: bytes) -> Mapping[str, Any]:
    return read_raw_metadata(data)
