"""A source distribution, read safely (PEP 625, 721): one folder, no way out of it, no bomb, one meaning.

The archive is read once as a stream and unpacked nowhere.
"""

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from bodega.content.gzip_stream import GzipFaultError, GzipLimitError, InflatedStream
from bodega.content.member_names import clash
from bodega.content.sdist_errors import (
    SdistDamagedError,
    SdistError,
    SdistLayoutError,
    SdistLimitError,
    SdistLinkError,
    SdistMemberError,
)
from bodega.content.sdist_members import global_fault, link_faults, member_fault, path_of

#: An archive that inflates to more than both is a bomb.
BOMB_SIZE = 64 << 20
BOMB_RATIO = 50
#: No archive inflates to more, however large it is itself.
MOST_BYTES = 16 << 30
MOST_MEMBERS = 100_000
_MOST_GLOBAL_RECORDS = 100
_PIECE = 1 << 16
#: The documents that are read, and how many bytes of each at most.
_DOCUMENTS = {"PKG-INFO": 16 << 20, "pyproject.toml": 1 << 20}

Note = Callable[[SdistError], None]


@dataclass(frozen=True, slots=True)
class SdistArchive:
    """What an sdist holds: its folder's name, the bytes of two of its files, the paths of all below it."""

    folder: str
    pkg_info: bytes
    pyproject: bytes | None = None
    files: frozenset[str] = frozenset()


def refuse(fault: SdistError) -> None:
    """Make nothing of a source distribution that has any fault."""
    raise fault


def read_sdist(path: str, filename: str, size: int, note: Note = refuse) -> SdistArchive:
    """Read and check a ``.tar.gz``; ``size`` is the file's length in bytes.

    Each fault that reading can go on after is given to ``note``. Raises SdistError for others.
    """
    limit = min(max(BOMB_SIZE, size * BOMB_RATIO), MOST_BYTES)
    with open(path, "rb") as file:
        stream = InflatedStream(file, limit)
        try:
            with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as archive:
                found = _Reading(filename, note).read(archive)
            _check_end(stream)
        except GzipLimitError as error:
            raise SdistLimitError(filename, str(error)) from None
        except RecursionError:
            raise SdistLimitError(filename, "very many extended headers follow one another") from None
        except (tarfile.TarError, GzipFaultError, EOFError, OSError, ValueError) as error:
            raise SdistDamagedError(filename, f"the archive cannot be read: {error}") from None
    return found.archive()


def _check_end(stream: InflatedStream) -> None:
    """The reader stopped at the first block that is no header: that must be empty, and all behind it."""
    if len(stream.last) != tarfile.BLOCKSIZE or stream.last.strip(b"\0"):
        raise GzipFaultError("a block that is no header stands where a member or the end should be")
    stream.end()


@dataclass(slots=True)
class _Reading:
    filename: str
    note: Note
    documents: dict[str, bytes] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    folders: set[str] = field(default_factory=set)
    links: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def read(self, archive: tarfile.TarFile) -> "_Reading":
        for member in self._members(archive):
            fault = member_fault(member)
            if fault:
                self.note(SdistMemberError(self.filename, fault))
            else:
                self._take(archive, member)
        fault = global_fault(archive.pax_headers)
        if fault:
            self.note(SdistMemberError(self.filename, fault))
        return self

    def archive(self) -> SdistArchive:
        """What it came down to."""
        twice = clash([*self.files, *self.links]) or min(self.folders.intersection(self.files), default=None)
        if twice:
            self.note(SdistMemberError(self.filename, f"the path {twice[:120]!r} is there more than once"))
        for fault in link_faults(self.links, frozenset(self.files), self.folders):
            self.note(SdistLinkError(self.filename, fault))
        tops = {path.partition("/")[0] for path in (*self.files, *self.links, *self.folders)}
        if len(tops) != 1 or not tops <= self.folders:
            raise SdistLayoutError(
                self.filename, f"it has {len(tops)} entries at its top instead of one folder"
            )
        if "PKG-INFO" not in self.documents:
            raise SdistLayoutError(self.filename, "it has no PKG-INFO in its folder")
        (top,) = tops
        below = frozenset(path[len(top) + 1 :] for path in self.files)
        return SdistArchive(top, self.documents["PKG-INFO"], self.documents.get("pyproject.toml"), below)

    def _members(self, archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
        for count, member in enumerate(archive):
            if count >= MOST_MEMBERS:
                raise SdistLimitError(self.filename, f"it has more than {MOST_MEMBERS} members")
            if len(archive.pax_headers) > _MOST_GLOBAL_RECORDS:
                raise SdistLimitError(self.filename, "it gives very many records for all of its members")
            yield member
            # Else the library keeps them all, each with its headers.
            archive.members.clear()  # type: ignore[attr-defined]

    def _take(self, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = path_of(member)
        above = path if member.isdir() else path.rpartition("/")[0]
        while above and above not in self.folders:
            self.folders.add(above)
            above = above.rpartition("/")[0]
        if member.issym() or member.islnk():
            self.links[path] = (member.linkname, member.issym())
        elif member.isfile():
            self.files.append(path)
            _, _, rest = path.partition("/")
            if rest in _DOCUMENTS:
                self.documents[rest] = self._document(archive, member, _DOCUMENTS[rest])

    def _document(self, archive: tarfile.TarFile, member: tarfile.TarInfo, most: int) -> bytes:
        if member.size > most:
            raise SdistLimitError(self.filename, f"{member.name[:120]!r} is larger than {most} bytes")
        opened = archive.extractfile(member)
        # In pieces: more at once is asked for by nothing but hostile headers.
        return b"".join(iter(lambda: opened.read(_PIECE), b"")) if opened else b""
