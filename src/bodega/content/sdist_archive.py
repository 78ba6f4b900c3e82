"""A source distribution, read safely (PEP 625, 721): one folder, no way out of it, no bomb.

The archive is read once as a stream and unpacked nowhere.
"""

import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bodega.formats.errors import BodegaError

#: An archive that inflates to more than both is a bomb.
BOMB_SIZE = 64 << 20
BOMB_RATIO = 50
MOST_MEMBERS = 100_000
_MAX_PKG_INFO = 16 << 20


class SdistError(BodegaError):
    """The source distribution must not be used; the code says which rule it breaks."""

    code = "E-SDIST-UNSAFE"

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(f"{filename} is not a source distribution to be trusted", why=why)
        self.filename = filename


class SdistDamagedError(SdistError):
    """The archive is not whole, or not a gzipped tar at all."""

    code = "E-SDIST-UNSAFE-DAMAGED"


class SdistMemberError(SdistError):
    """A member has a path or kind that an sdist must not have."""

    code = "E-SDIST-UNSAFE-MEMBER"


class SdistLimitError(SdistError):
    """The archive inflates to far more than it holds, or has too many members."""

    code = "E-SDIST-UNSAFE-LIMIT"


class SdistLayoutError(SdistError):
    """The archive is not one folder ``NAME-VERSION`` with a PKG-INFO."""

    code = "E-SDIST-UNSAFE-LAYOUT"


@dataclass(frozen=True, slots=True)
class SdistArchive:
    """What an sdist holds: the name of its folder and the bytes of its PKG-INFO."""

    folder: str
    pkg_info: bytes


def read_sdist(path: str, filename: str, size: int) -> SdistArchive:
    """Read and check a ``.tar.gz``; ``size`` is the file's length in bytes. Raises SdistError."""
    with open(path, "rb") as file:
        try:
            _one_stream(file, filename, size)
            file.seek(0)
            with tarfile.open(fileobj=file, mode="r:gz") as archive:
                return _read(archive, filename)
        except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
            raise SdistDamagedError(filename, f"the archive cannot be read: {error}") from None


def _one_stream(file: BinaryIO, filename: str, size: int) -> None:
    """Inflate once, counting: a bomb is stopped early, a second gzip member or trailing bytes refused."""
    inflate = zlib.decompressobj(31)
    limit = max(BOMB_SIZE, size * BOMB_RATIO)
    total = 0
    while piece := file.read(1 << 16):
        while piece and not inflate.eof:
            total += len(inflate.decompress(piece, 1 << 20))
            if total > limit:
                raise SdistLimitError(filename, f"it inflates to more than {limit} bytes")
            piece = inflate.unconsumed_tail
        if inflate.eof and (inflate.unused_data or file.read(1)):
            raise SdistDamagedError(filename, "there are bytes behind the end of the archive")
    if not inflate.eof:
        raise SdistDamagedError(filename, "the archive ends too early")


def _read(archive: tarfile.TarFile, filename: str) -> SdistArchive:
    folders: set[str] = set()
    pkg_info: bytes | None = None
    seen: set[str] = set()
    for member in _members(archive, filename):
        _check_member(member, filename)
        name = member.name.removeprefix("./").rstrip("/")
        if name in seen and not member.isdir():
            raise SdistMemberError(filename, f"the path {name[:120]!r} is there more than once")
        seen.add(name)
        folder, _, rest = name.partition("/")
        folders.add(folder)
        if rest == "PKG-INFO" and member.isfile():
            pkg_info = _document(archive, member, filename)
    if len(folders) != 1:
        raise SdistLayoutError(filename, f"it has {len(folders)} top folders instead of one")
    if pkg_info is None:
        raise SdistLayoutError(filename, "it has no PKG-INFO in its folder")
    return SdistArchive(folders.pop(), pkg_info)


def _members(archive: tarfile.TarFile, filename: str) -> Iterator[tarfile.TarInfo]:
    for count, member in enumerate(archive):
        if count >= MOST_MEMBERS:
            raise SdistLimitError(filename, f"it has more than {MOST_MEMBERS} members")
        yield member


def _check_member(member: tarfile.TarInfo, filename: str) -> None:
    if not (member.isfile() or member.isdir() or member.issym() or member.islnk()):
        raise SdistMemberError(filename, f"{member.name[:120]!r} is neither a file, a folder nor a link")
    if member.sparse is not None:
        raise SdistMemberError(filename, f"{member.name[:120]!r} is sparse, which readers take differently")
    if any(ord(character) < ord(" ") for character in member.name):
        raise SdistMemberError(filename, f"the path {member.name[:120]!r} has control characters")
    try:
        tarfile.data_filter(member, "/nowhere")
    except tarfile.FilterError as error:
        raise SdistMemberError(filename, f"{member.name[:120]!r} leads out of the archive: {error}") from None


def _document(archive: tarfile.TarFile, member: tarfile.TarInfo, filename: str) -> bytes:
    if member.size > _MAX_PKG_INFO:
        raise SdistLimitError(filename, f"its PKG-INFO is larger than {_MAX_PKG_INFO} bytes")
    opened = archive.extractfile(member)
    return opened.read() if opened else b""
