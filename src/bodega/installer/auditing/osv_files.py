"""The documents of a place that has advisories: a folder, a zip or tar archive, or one JSON file.

Nothing is unpacked: names inside say no more than whether something is JSON. What is too large is passed
over with a remark; an archive that breaks off is no answer at all.
"""

import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, BinaryIO, cast

from bodega.installer.auditing.errors import AdvisoriesUnreadableError

if TYPE_CHECKING:
    from tarfile import TarFile, TarInfo

#: The largest advisories that are published have less than one megabyte.
MOST_BYTES_EACH = 16 << 20
MOST_BYTES_ALONE = 512 << 20
MOST_BYTES = 8 << 30
MOST_FILES = 2_000_000
_BLOCK = 512
_YAML = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its name for remarks, and its bytes, or why they are not there."""

    name: str
    data: bytes
    passed_over: str | None = None


@dataclass(frozen=True, slots=True)
class AdvisoryFiles:
    """A place that was looked at. ``fingerprint`` changes whenever what is there does."""

    place: str
    fingerprint: str
    documents: Callable[[], Iterator[Document]]


def advisory_files(path: str, *, most: int = MOST_FILES) -> AdvisoryFiles:
    """Look at a place, if a folder of ``most`` files at most; raises AdvisoriesUnreadableError.

    So may going through the documents.
    """
    try:
        if os.path.isdir(path):
            found = list(_walked(path, most))
            return AdvisoryFiles(path, _digest(_facts(found)), lambda: _from_folder(path, found))
        facts = os.stat(path)
        fingerprint = _digest([f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}"])
        with open(path, "rb") as file:
            head = file.read(4)
    except OSError as error:
        raise AdvisoriesUnreadableError(path, (error.strerror or str(error)).lower()) from error
    return AdvisoryFiles(path, fingerprint, lambda: _bounded(path, _opened(path, head)))


def _opened(path: str, head: bytes) -> Iterator[Document]:
    if head.startswith(b"PK"):
        return _from_zip(path)
    if head.lstrip()[:1] in (b"{", b"["):
        return _alone(path)
    return _from_tar(path, head)


def _bounded(path: str, documents: Iterator[Document]) -> Iterator[Document]:
    """The documents, up to a count and a size that no sound database has."""
    size = 0
    for number, one in enumerate(documents):
        size += len(one.data)
        if number >= MOST_FILES or size > MOST_BYTES:
            raise AdvisoriesUnreadableError(path, "it has more than any database of advisories")
        yield one


def _walked(root: str, most: int) -> Iterator[os.DirEntry[str]]:
    """Every regular file below a folder; links are not followed."""
    waiting, count = [root], 0
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                if count > most:
                    raise AdvisoriesUnreadableError(root, "it has more than any database of advisories")
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry


def _facts(found: list[os.DirEntry[str]]) -> list[str]:
    return sorted(
        f"{one.path} {facts.st_size} {facts.st_mtime_ns}" for one in found for facts in (one.stat(),)
    )


def _digest(lines: list[str]) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _from_folder(root: str, found: list[os.DirEntry[str]]) -> Iterator[Document]:
    def documents() -> Iterator[Document]:
        for entry in sorted(found, key=lambda one: one.path):
            name = os.path.relpath(entry.path, root)
            if not _is_document(name):
                yield from _told(name)
            else:
                yield _read(name, entry.stat().st_size, lambda path=entry.path: open(path, "rb"))  # type: ignore[misc]  # noqa: SIM115

    return _bounded(root, documents())


def _from_zip(path: str) -> Iterator[Document]:
    import zipfile  # noqa: PLC0415

    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not _is_document(member.filename):
                    yield from _told(member.filename)
                else:
                    yield _read(member.filename, member.file_size, lambda one=member: archive.open(one))  # type: ignore[misc]
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise AdvisoriesUnreadableError(path, f"it is no sound zip archive: {error}") from error


class _Whole:
    """A stream that remembers its end: an archive that breaks off ends in something else than zeros."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.end = b""

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.end = (self.end + data)[-_BLOCK:]
        return data

    def is_whole(self) -> bool:
        """Read what is left, which checks the sums of what was compressed, and look at the end."""
        while self.read(1 << 20):
            pass
        return self.end == bytes(_BLOCK)


def _uncompressed(path: str, head: bytes) -> IO[bytes]:
    """The tar inside."""
    if head.startswith(b"\x1f\x8b"):
        import gzip  # noqa: PLC0415

        return cast("IO[bytes]", gzip.open(path))
    if head.startswith(b"\xfd7zX"):
        import lzma  # noqa: PLC0415

        return cast("IO[bytes]", lzma.open(path))
    if head.startswith(b"BZh"):
        import bz2  # noqa: PLC0415

        return cast("IO[bytes]", bz2.open(path))
    return open(path, "rb")


def _from_tar(path: str, head: bytes) -> Iterator[Document]:
    import lzma  # noqa: PLC0415
    import tarfile  # noqa: PLC0415

    try:
        with _uncompressed(path, head) as opened:
            stream = _Whole(opened)
            with tarfile.open(fileobj=cast("BinaryIO", stream), mode="r|") as archive:
                for member in archive:
                    if member.isfile():
                        yield from _member(archive, member)
            if not stream.is_whole():
                raise AdvisoriesUnreadableError(path, "the archive breaks off")
    except (tarfile.TarError, EOFError, OSError, lzma.LZMAError, zlib.error, ValueError) as error:
        raise AdvisoriesUnreadableError(
            path, f"it is no folder, zip, tar or JSON file that can be read: {error}"
        ) from error


def _member(archive: "TarFile", member: "TarInfo") -> Iterator[Document]:
    if _is_document(member.name):
        yield _read(member.name, member.size, lambda: archive.extractfile(member))
    else:
        yield from _told(member.name)


def _alone(path: str) -> Iterator[Document]:
    with open(path, "rb") as file:
        data = file.read(MOST_BYTES_ALONE + 1)
    if len(data) > MOST_BYTES_ALONE:
        raise AdvisoriesUnreadableError(path, f"it is larger than {MOST_BYTES_ALONE >> 20} MiB")
    yield Document(os.path.basename(path), data)


def _read(name: str, size: int, opened: Callable[[], IO[bytes] | None]) -> Document:
    """The bytes of one file, as far as they are few; what cannot be read is said, not raised."""
    too_large = f"it is larger than {MOST_BYTES_EACH >> 20} MiB"
    if size > MOST_BYTES_EACH:
        return Document(name, b"", too_large)
    import zipfile  # noqa: PLC0415

    try:
        stream = opened()
        if stream is None:
            return Document(name, b"", "it is no regular file")
        with stream:
            data = stream.read(MOST_BYTES_EACH + 1)
    except (OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, ValueError) as error:
        return Document(name, b"", str(error) or type(error).__name__)
    return Document(name, data) if len(data) <= MOST_BYTES_EACH else Document(name, b"", too_large)


def _is_document(name: str) -> bool:
    return name.lower().endswith(".json")


def _told(name: str) -> Iterator[Document]:
    """A remark on what would be advisories in another form."""
    if name.lower().endswith(_YAML):
        yield Document(name, b"", "OSV is read as JSON, and it is YAML")
