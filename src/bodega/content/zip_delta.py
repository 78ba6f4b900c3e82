"""One zip archive from another: which of its bytes an older one holds, and where those lie (APPNOTE 6.3).

Members are taken for equal by their checksum, sizes and method; so what comes of it is good only when the
digest of the whole says so. The local header of an equal member is made of the old one and what the wanted
directory says, and where that leaves a doubt the member counts as missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from bodega.content.zip_directory import LOCAL, ZipMember, directory_start, read_directory

_PIECE = 1 << 18
_NEEDED, _FLAGS, _MODIFIED = slice(4, 6), slice(6, 8), slice(10, 14)
_ZIP64 = b"\x01\x00"

#: Start and end of a run of bytes.
Span = tuple[int, int]


class OldArchiveError(Exception):
    """The old archive is not what it was."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A member that the old archive has: ``header`` goes to ``at``, then the old bytes of ``source``."""

    at: int
    header: bytes
    source: Span

    @property
    def end(self) -> int:
        """Where the next member of the wanted archive begins."""
        return self.at + len(self.header) + self.source[1] - self.source[0]


@dataclass(frozen=True, slots=True)
class ZipDelta:
    """How the members of the wanted archive come about; ``missing`` are the spans that must be fetched."""

    kept: tuple[Kept, ...]
    missing: tuple[Span, ...]


def end_length(old: BinaryIO) -> int:
    """How many of the last bytes are likely to have changed in the next version, and are needed first.

    That is the directory, and the members right before it that describe the wheel. Raises ZipFaultError.
    """
    start = directory_start(old)
    for member in reversed(read_directory(old)):
        if ".dist-info/" not in member.name:
            break
        start = member.offset
    return old.seek(0, 2) - start


def zip_delta(old: BinaryIO, wanted: Iterable[ZipMember]) -> ZipDelta:
    """Compare; ``wanted`` in the order of the file. Raises ZipFaultError for the old archive."""
    same_path: dict[tuple[object, ...], ZipMember] = {}
    same_content: dict[tuple[object, ...], ZipMember] = {}
    for member in read_directory(old):
        same_path[member.raw_name, *_content(member)] = member
        same_content[_content(member)] = member
    kept: list[Kept] = []
    missing: list[Span] = []
    for member in wanted:
        found = same_path.get((member.raw_name, *_content(member))) or same_content.get(_content(member))
        one = _kept(old, found, member) if found else None
        if one:
            kept.append(one)
        elif missing and missing[-1][1] == member.offset:
            missing[-1] = (missing[-1][0], member.end)
        else:
            missing.append((member.offset, member.end))
    return ZipDelta(tuple(kept), tuple(missing))


def write_kept(delta: ZipDelta, old: BinaryIO, out: BinaryIO) -> None:
    """Put what the old archive has in its place; raises OldArchiveError where that is cut short, OSError."""
    at = -1
    for one in delta.kept:
        if one.at != at:
            out.seek(one.at)
        out.write(one.header)
        old.seek(one.source[0])
        out.writelines(_pieces(old, one.source[1] - one.source[0]))
        at = one.end


def _content(member: ZipMember) -> tuple[object, ...]:
    return member.crc, member.size, member.compressed_size, member.method


def _kept(old: BinaryIO, found: ZipMember, wanted: ZipMember) -> Kept | None:
    old.seek(found.offset)
    fixed = old.read(LOCAL.size)
    if len(fixed) != LOCAL.size or fixed[:4] != b"PK\x03\x04":
        return None
    name_length, extra_length = LOCAL.unpack(fixed)[-2:]
    extra = old.read(name_length + extra_length)[name_length:]
    start = found.offset + LOCAL.size + name_length + extra_length
    # Any other extra field may speak of times or owners, which the wanted directory does not tell in full.
    if len(extra) != extra_length or not (extra == b"" or _is_zip64(extra)):
        return None
    header = _header(fixed, found, wanted) + wanted.raw_name + extra
    one = Kept(wanted.offset, header, (start, found.end))
    return one if one.end == wanted.end and start <= found.end else None


def _is_zip64(extra: bytes) -> bool:
    return extra[:2] == _ZIP64 and int.from_bytes(extra[2:4], "little") == len(extra) - 4


def _header(fixed: bytes, found: ZipMember, wanted: ZipMember) -> bytes:
    """The fixed fields: what the old header shares with the old directory follows the wanted directory."""
    header = bytearray(fixed)
    for place, before, after in (
        (_NEEDED, found.needed, wanted.needed),
        (_FLAGS, found.flags, wanted.flags),
        (_MODIFIED, found.modified, wanted.modified),
    ):
        width = place.stop - place.start
        if header[place] == before.to_bytes(width, "little"):
            header[place] = after.to_bytes(width, "little")
    header[26:28] = len(wanted.raw_name).to_bytes(2, "little")
    return bytes(header)


def _pieces(old: BinaryIO, length: int) -> Iterator[bytes]:
    while length:
        piece = old.read(min(length, _PIECE))
        if not piece:
            raise OldArchiveError
        length -= len(piece)
        yield piece
