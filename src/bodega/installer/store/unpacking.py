"""Unpack a wheel into a folder, verified while it is written, sharing contents that are known."""

import hashlib
import os
from collections.abc import Iterable, Iterator

from bodega.content.manifest import FileDigest, Manifest
from bodega.content.wheel_archive import WheelArchive
from bodega.content.wheel_manifest import manifest_of
from bodega.content.wheel_record import check_member, promised
from bodega.content.zip_directory import ZipMember
from bodega.content.zip_members import PIECE
from bodega.formats.record import RecordRow
from bodega.installer.store.layout import FOLDER_MODE, MTIMES

#: Contents smaller than this are written again: a link would save nothing and uses up the link count.
SHARED_FROM = 1024
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)

#: Where a content (sha256, may be run) is already, as a path.
Known = dict[tuple[bytes, bool], str]


def content_mtime(sha256: bytes) -> int:
    """The modification time, in seconds, that a file of this content has in every tree and environment.

    It follows from the content (somewhere in 2000 to 2019), so that equal mtime and size, by which Python
    judges a .pyc, mean equal content.
    """
    earliest, latest = MTIMES
    return earliest + int.from_bytes(sha256[:4], "big") % (latest - earliest)


def unpack(archive: WheelArchive, folder: str, known: Known) -> tuple[Manifest, tuple[FileDigest, ...]]:
    """Write the wheel's files below ``folder``; on WheelError or OSError the caller clears it.

    ``known`` gives contents that may be linked, and learns those of this wheel.
    """
    promises = promised(archive)
    archive.metadata()
    made = {""}
    digests: list[FileDigest] = []
    entry_points: str | None = None
    for member in archive.members:
        parent = member.name.rpartition("/")[0]
        if parent not in made:
            _make_folders(folder, parent, made)
        path = f"{folder}/{member.name}"
        digest = _unpack_member(archive, member, path, row=promises.get(member.name), known=known)
        digests.append(digest)
        if member.name == f"{archive.dist_info}/entry_points.txt":
            entry_points = _read_text(path)
    return manifest_of(archive, digests, entry_points), tuple(digests)


def close_folders(folder: str) -> None:
    """Make every folder below read-only; the folder itself stays as it is, so that it can be moved."""
    for path, folders, _ in os.walk(folder):
        for name in folders:
            os.chmod(f"{path}/{name}", FOLDER_MODE)


def _make_folders(root: str, folder: str, made: set[str]) -> None:
    missing = []
    while folder not in made:
        missing.append(folder)
        made.add(folder)
        folder = folder.rpartition("/")[0]
    for path in reversed(missing):
        os.mkdir(f"{root}/{path}", 0o755)


def _unpack_member(
    archive: WheelArchive, member: ZipMember, path: str, *, row: RecordRow | None, known: Known
) -> FileDigest:
    executable = bool(member.mode & 0o111)
    hashes = _Hashes(row.algorithm if row and row.algorithm else "sha256")
    pieces: Iterable[bytes] = hashes.over(archive.pieces(member))
    if member.size <= PIECE:
        # The whole content is at hand before anything is written, so that a known one is only linked.
        pieces = (b"".join(pieces),)
        expected = hashes.sha256.digest()
    else:
        expected = row.digest if row and row.digest and row.algorithm == "sha256" else b""
    if _link_known(path, (expected, executable), member.size, known):
        for _ in pieces:
            pass
    else:
        _create(path, pieces, hashes, 0o555 if executable else 0o444)
    if row is not None:
        check_member(archive, member, row, hashes.promised.digest())
    digest = FileDigest(member.name, hashes.sha256.digest(), member.size, executable)
    if member.size >= SHARED_FROM:
        known.setdefault((digest.sha256, executable), path)
    return digest


class _Hashes:
    """sha256, and the algorithm of RECORD where that is another, over the same pieces."""

    def __init__(self, algorithm: str) -> None:
        self.sha256 = hashlib.sha256(usedforsecurity=False)
        self.promised = (
            self.sha256 if algorithm == "sha256" else hashlib.new(algorithm, usedforsecurity=False)
        )

    def over(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            self.sha256.update(piece)
            if self.promised is not self.sha256:
                self.promised.update(piece)
            yield piece


def _create(path: str, pieces: Iterable[bytes], hashes: _Hashes, mode: int) -> None:
    fd = os.open(path, _CREATE, mode)
    try:
        for piece in pieces:
            view = memoryview(piece)
            while view:
                view = view[os.write(fd, view) :]
        os.fchmod(fd, mode)
        mtime = content_mtime(hashes.sha256.digest())
        os.utime(fd, (mtime, mtime))
    finally:
        os.close(fd)


def _link_known(path: str, content: tuple[bytes, bool], size: int, known: Known) -> bool:
    """Link a content that another tree holds, if that one is still as it was made."""
    source = known.get(content)
    if source is None:
        return False
    try:
        status = os.stat(source)
        if status.st_size != size or int(status.st_mtime) != content_mtime(content[0]):
            return False
        os.link(source, path)
    except OSError:
        return False  # gone, or its link count is used up
    return True


def _read_text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()
