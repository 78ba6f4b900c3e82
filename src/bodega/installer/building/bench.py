"""The folder in which one source is built, with the project in it or beside it."""

import os
import re
from dataclasses import dataclass

from bodega.formats.metadata import InvalidMetadataError, parse_metadata
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.versions import parse_version
from bodega.installer.building.build_system import BuildSystem, read_build_system
from bodega.installer.building.errors import NoProjectError, WrongResultError
from bodega.installer.building.unpacking import unpack_source
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.locking.ports import Source
from bodega.installer.store.staging_area import remove_tree

_FOLDERS = ("source", "out", "metadata", "tmp", "home")
_MOST_METADATA = 16 << 20


@dataclass(slots=True, kw_only=True)
class Bench:
    """``folder`` is the build's own; ``project`` is what is built, ``whole`` that or a folder above it.

    ``prepared`` is the .dist-info folder that preparing metadata made, once it did.
    """

    what: str
    folder: str
    project: str
    whole: str
    system: BuildSystem
    prepared: str | None = None

    def static_document(self) -> bytes | None:
        """The PKG-INFO of a source distribution, where there is one."""
        path = f"{self.project}/PKG-INFO"
        return read_document(path) if os.path.isfile(path) and not os.path.islink(path) else None

    def remove(self) -> None:
        """Take it away."""
        remove_tree(self.folder)


def label(source: Source) -> str:
    """What to call a source in messages: ``NAME VERSION``, else its file or folder."""
    if source.name and source.version:
        return f"{source.name} {source.version}"
    return source.name or source.filename or source.path or source.url


def set_up(source: Source, folder: str, downloads: Downloads) -> Bench:
    """Fetch and unpack what is to be built, in an empty folder; who calls removes it after a failure.

    Raises SdistError, NoProjectError, BuildSystemError, and what downloads raise.
    """
    for name in _FOLDERS:
        os.mkdir(f"{folder}/{name}", 0o700)
    what = label(source)
    if source.path is not None and os.path.isdir(source.path):
        whole = project = os.path.realpath(source.path)
    else:
        project, whole = _unpacked(source, folder, downloads), f"{folder}/source"
    if source.subdirectory:
        project = _inside(project, source.subdirectory, what)
    return Bench(
        what=what, folder=folder, project=project, whole=whole, system=read_build_system(project, what)
    )


def _unpacked(source: Source, folder: str, downloads: Downloads) -> str:
    if source.path is None:
        fetched = downloads.fetch(source)
        try:
            return unpack_source(fetched, source.filename, f"{folder}/source")
        finally:
            os.unlink(fetched)
    if not os.path.exists(source.path):
        raise NoProjectError(source.path, "there is no such file or folder")
    return unpack_source(source.path, source.filename or os.path.basename(source.path), f"{folder}/source")


def _inside(folder: str, subdirectory: str, what: str) -> str:
    project = os.path.realpath(os.path.join(folder, subdirectory))
    root = os.path.realpath(folder)
    if not project.startswith(f"{root}{os.sep}") or not os.path.isdir(project):
        raise NoProjectError(what, f"it has no folder {subdirectory[:200]!r}")
    return project


def read_document(path: str) -> bytes:
    """A metadata document, of a size that can be one."""
    with open(path, "rb") as file:
        return file.read(_MOST_METADATA)


def check_identity(document: bytes, source: Source, what: str) -> None:
    """Raise WrongResultError where metadata is not that of the release that was asked for."""
    try:
        metadata = parse_metadata(document)
    except InvalidMetadataError as error:
        raise WrongResultError(what, f"its metadata cannot be read: {error.why}") from None
    check_release(metadata.name, metadata.version, source, what)


def check_release(name: str, version: str, source: Source, what: str) -> None:
    """Raise WrongResultError where a name or version is not the one that was asked for."""
    if source.name is not None and _normalized(name) != source.name:
        raise WrongResultError(what, f"it calls itself {name[:100]!r}")
    if parse_version(version) is None:
        raise WrongResultError(what, f"its version is {version[:100]!r} (PEP 440)")
    if source.version is not None and parse_version(version) != parse_version(source.version):
        raise WrongResultError(what, f"it says that it is version {version[:100]}")


def _normalized(name: str) -> NormalizedName | None:
    return normalize(name) if re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", name) else None
