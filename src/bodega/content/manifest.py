"""The manifest of an unpacked wheel: what an environment needs of it, and the digests that prove it.

Two documents, each loaded by one read: the *manifest* (folders, file names, scripts, RECORD rows) for
installing, the *digests* (one per file) for verifying. Both are ``marshal`` version 4, which every CPython
from 3.4 on reads, so that an interpreter that is compiled for can read them too.
"""

import marshal
from collections.abc import Iterable
from dataclasses import dataclass

from bodega.formats.entry_points import Script

#: Raised when the documents change shape; a tree of another format is made again.
FORMAT = 1
#: The section of files that go to purelib or platlib, as the wheel says.
ROOT = "root"


@dataclass(frozen=True, slots=True)
class Section:
    """Files for one place of the installation scheme.

    ``key`` is ``root`` or a key of a ``.data`` folder. ``prefix`` is where they lie in the tree: empty, or
    ``NAME-VERSION.data/KEY/``. ``folders`` pairs each folder below (``""`` first, parents before children,
    else ending in ``/``) with the names of its files. ``hashes`` has, except for the root, ``hash,size``
    for RECORD, file by file in that order.
    """

    key: str
    prefix: str
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    hashes: tuple[str, ...] = ()

    def files(self) -> list[str]:
        """The paths of the files below the section, in order."""
        return [folder + name for folder, names in self.folders for name in names]


@dataclass(frozen=True, slots=True)
class Note:
    """Something the user may want to know: ``kind`` is ``pth``, ``customize`` or ``shadows-stdlib``."""

    kind: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What installing a tree needs. ``record`` holds the rows of the root section, ready to be written."""

    filename: str
    name: str
    version: str
    dist_info: str
    purelib: bool
    sections: tuple[Section, ...]
    record: str
    scripts: tuple[Script, ...]
    notes: tuple[Note, ...]
    size: int

    @property
    def count(self) -> int:
        """How many files there are."""
        return sum(len(names) for section in self.sections for _, names in section.folders)


@dataclass(frozen=True, slots=True)
class FileDigest:
    """One file of a tree: its path there, sha256 (32 raw bytes), size in bytes, and whether it may be run."""

    path: str
    sha256: bytes
    size: int
    executable: bool


def dump_manifest(manifest: Manifest) -> bytes:
    """The manifest as bytes."""
    sections = tuple((s.key, s.prefix, s.folders, s.hashes) for s in manifest.sections)
    scripts = tuple((s.name, s.module, s.attribute, s.windowed) for s in manifest.scripts)
    notes = tuple((note.kind, note.path) for note in manifest.notes)
    head = (manifest.filename, manifest.name, manifest.version, manifest.dist_info, manifest.purelib)
    return marshal.dumps((FORMAT, head, sections, manifest.record, scripts, notes, manifest.size), 4)


def load_manifest(data: bytes) -> Manifest | None:
    """Read a manifest; ``None`` when it is of another format or damaged."""
    try:
        kind, head, sections, record, scripts, notes, size = marshal.loads(data)  # noqa: S302 - our own file
        if kind != FORMAT:
            return None
        filename, name, version, dist_info, purelib = head
    except (ValueError, TypeError, EOFError):
        return None
    return Manifest(
        filename=filename,
        name=name,
        version=version,
        dist_info=dist_info,
        purelib=purelib,
        sections=tuple([Section(*section) for section in sections]),
        record=record,
        scripts=tuple([Script(*script) for script in scripts]),
        notes=tuple([Note(*note) for note in notes]),
        size=size,
    )


def dump_digests(digests: Iterable[FileDigest]) -> bytes:
    """The digests as bytes."""
    return marshal.dumps((FORMAT, tuple((d.path, d.sha256, d.size, d.executable) for d in digests)), 4)


def load_digests(data: bytes) -> tuple[FileDigest, ...] | None:
    """Read the digests; ``None`` when they are of another format or damaged."""
    try:
        kind, rows = marshal.loads(data)  # noqa: S302 - our own file
        return tuple(FileDigest(*row) for row in rows) if kind == FORMAT else None
    except (ValueError, TypeError, EOFError):
        return None
