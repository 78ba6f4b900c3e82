"""Unpack a source distribution into a folder of its own: nothing lands outside it (PEP 625, 721).

Links are made after all files are written, so that nothing is ever written through one.
"""

import os
import stat
import tarfile
from collections.abc import Iterable
from typing import IO, BinaryIO, cast

from bodega.content.gzip_stream import GzipFaultError, GzipLimitError
from bodega.content.member_names import clash, fault_of
from bodega.content.sdist_archive import BOMB_RATIO, BOMB_SIZE, MOST_BYTES, MOST_MEMBERS
from bodega.content.sdist_errors import (
    SdistDamagedError,
    SdistLayoutError,
    SdistLimitError,
    SdistLinkError,
    SdistMemberError,
)
from bodega.content.sdist_members import global_fault, link_faults, member_fault, path_of
from bodega.installer.building.forward_stream import open_forward

_PIECE = 1 << 18
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
#: 2 January 1980: wheels cannot hold an older time, and builds that copy it would fail.
_EARLIEST = 315_619_200
_MOST_LINK = 4096
_MOST_GLOBAL_RECORDS = 100


def unpack_source(path: str, filename: str, folder: str) -> str:
    """Unpack an archive into an empty folder; returns the folder of the project in it.

    Known are tar, plain or packed by gzip, bzip2 or xz, and zip; the content says which. Raises SdistError;
    the caller then removes the folder.
    """
    limit = min(max(BOMB_SIZE, os.path.getsize(path) * BOMB_RATIO), MOST_BYTES)
    target = _Unpacking(filename, folder, limit)
    with open(path, "rb") as file:
        try:
            if file.read(4) in (b"PK\x03\x04", b"PK\x05\x06"):
                _unpack_zip(file, target)
            else:
                file.seek(0)
                _unpack_tar(file, target, limit)
        except GzipLimitError as error:
            raise SdistLimitError(filename, str(error)) from None
        except RecursionError:
            raise SdistLimitError(filename, "very many extended headers follow one another") from None
        except (tarfile.TarError, GzipFaultError, EOFError, ValueError) as error:
            raise SdistDamagedError(filename, f"the archive cannot be read: {error}") from None
    return target.finish()


def _unpack_tar(file: BinaryIO, target: "_Unpacking", limit: int) -> None:
    stream = open_forward(file, limit)
    if stream is None:
        raise SdistDamagedError(target.filename, "it is neither a tar nor a zip archive")
    with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r:") as archive:
        for member in archive:
            _take(archive, member, target)
            if len(archive.pax_headers) > _MOST_GLOBAL_RECORDS:
                raise SdistLimitError(target.filename, "it gives very many records for all of its members")
            archive.members.clear()  # type: ignore[attr-defined] # else the library keeps them all
        fault = global_fault(archive.pax_headers)
        if fault:
            raise SdistMemberError(target.filename, fault)
    if len(stream.last) != tarfile.BLOCKSIZE or stream.last.strip(b"\0"):
        raise GzipFaultError("a block that is no header stands where a member or the end should be")
    stream.end()


def _take(archive: tarfile.TarFile, member: tarfile.TarInfo, target: "_Unpacking") -> None:
    member.mode &= 0o777  # as the data filter does: nobody runs with the rights of another
    fault = member_fault(member)
    if fault:
        raise SdistMemberError(target.filename, fault)
    path = path_of(member)
    if member.isdir():
        target.folder_of(path)
    elif member.issym() or member.islnk():
        target.link(path, member.linkname, is_symbolic=member.issym())
    else:
        opened = archive.extractfile(member)
        if opened is not None:
            target.file(path, opened, executable=bool(member.mode & 0o100), mtime=member.mtime)


def _unpack_zip(file: BinaryIO, target: "_Unpacking") -> None:
    import time  # noqa: PLC0415 - old archives only
    import zipfile  # noqa: PLC0415 - old archives only
    import zlib  # noqa: PLC0415 - old archives only

    try:
        with zipfile.ZipFile(file) as archive:
            for member in archive.infolist():
                path, mode = member.filename.rstrip("/"), member.external_attr >> 16
                _check_zip_member(target.filename, path, mode)
                if member.is_dir():
                    target.folder_of(path)
                    continue
                with archive.open(member) as opened:
                    if stat.S_ISLNK(mode):
                        target.link(
                            path, opened.read(_MOST_LINK).decode("utf-8", "replace"), is_symbolic=True
                        )
                        continue
                    mtime = time.mktime((*member.date_time, 0, 0, -1))
                    target.file(path, opened, executable=bool(mode & 0o100), mtime=mtime)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OverflowError, zlib.error) as error:
        raise SdistDamagedError(target.filename, f"the archive cannot be read: {error}") from None


def _check_zip_member(filename: str, path: str, mode: int) -> None:
    fault = fault_of(path)
    if fault:
        raise SdistMemberError(filename, f"the path {path[:120]!r}: {fault}")
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        raise SdistMemberError(filename, f"{path[:120]!r} is neither a file, a folder nor a link")


class _Unpacking:
    """A folder that fills; what is given was checked for its path."""

    def __init__(self, filename: str, folder: str, limit: int) -> None:
        self.filename = filename
        self._folder = folder
        self._left = limit
        self._count = 0
        self._files: set[str] = set()
        self._folders: set[str] = set()
        self._links: dict[str, tuple[str, bool]] = {}

    def folder_of(self, path: str) -> None:
        """Make a folder, and those above it."""
        self._counted()
        self._make(path)

    def link(self, path: str, target: str, *, is_symbolic: bool) -> None:
        """Note a link, to be made at the end."""
        self._counted()
        self._make(path.rpartition("/")[0])
        self._links[path] = (target, is_symbolic)

    def file(self, path: str, opened: IO[bytes], *, executable: bool, mtime: float) -> None:
        """Write a file."""
        self._counted()
        self._make(path.rpartition("/")[0])
        full = f"{self._folder}/{path}"
        if path in self._files or path in self._folders:
            raise SdistMemberError(self.filename, f"the path {path[:120]!r} is there more than once")
        self._files.add(path)
        with open(os.open(full, _CREATE, 0o755 if executable else 0o644), "wb") as out:
            while piece := opened.read(_PIECE):
                self._left -= len(piece)
                if self._left < 0:
                    raise SdistLimitError(self.filename, "it inflates to far more than it holds")
                out.write(piece)
        time = max(int(mtime), _EARLIEST)
        os.utime(full, (time, time))

    def finish(self) -> str:
        """Make the links, and say where the project is."""
        twice = clash([*self._files, *self._links]) or min(self._folders & self._files, default=None)
        if twice:
            raise SdistMemberError(self.filename, f"the path {twice[:120]!r} is there more than once")
        for fault in link_faults(self._links, frozenset(self._files), self._folders):
            raise SdistLinkError(self.filename, fault)
        for path, (target, is_symbolic) in self._links.items():
            if is_symbolic:
                os.symlink(target, f"{self._folder}/{path}")
            else:
                os.link(f"{self._folder}/{target.removeprefix('./')}", f"{self._folder}/{path}")
        return self._project({path.partition("/")[0] for path in self._all()})

    def _project(self, tops: set[str]) -> str:
        if tops & {"pyproject.toml", "setup.py"} & self._files:
            return self._folder
        if len(tops) == 1 and tops <= self._folders:
            return f"{self._folder}/{tops.pop()}"
        raise SdistLayoutError(self.filename, f"it has {len(tops)} entries at its top instead of one folder")

    def _all(self) -> Iterable[str]:
        return (*self._files, *self._folders, *self._links)

    def _counted(self) -> None:
        self._count += 1
        if self._count > MOST_MEMBERS:
            raise SdistLimitError(self.filename, f"it has more than {MOST_MEMBERS} members")

    def _make(self, path: str) -> None:
        missing = []
        while path and path not in self._folders:
            if path in self._files or path in self._links:
                raise SdistMemberError(self.filename, f"{path[:120]!r} is a file or link and a folder")
            self._folders.add(path)
            missing.append(path)
            path = path.rpartition("/")[0]
        for folder in reversed(missing):
            os.mkdir(f"{self._folder}/{folder}", 0o755)
