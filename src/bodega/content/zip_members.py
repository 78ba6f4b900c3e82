"""The bytes of one zip member, streamed and checked against the directory: header, length and CRC."""

import zlib
from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

from bodega.content.zip_directory import LOCAL, ZipFaultError, ZipMember, widen

STORED, DEFLATED = 0, 8
#: Bytes read and written at once: a member larger than this is never whole in memory.
PIECE = 1 << 20

_ENCRYPTED = 0x0001 | 0x0040 | 0x2000
_DESCRIPTOR = 0x0008
_UTF8 = 0x0800
_DESCRIPTOR_SIZES = (12, 16, 20, 24)


class ZipDataError(Exception):
    """A member's bytes are not those that the directory promises, in words."""


class _Inflater(Protocol):
    eof: bool
    unconsumed_tail: bytes
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


def member_kind_fault(member: ZipMember) -> str | None:
    """Why a member is of a kind that no wheel holds: a link or device, encrypted, or oddly compressed."""
    kind = member.mode & 0o170000
    if kind not in (0, 0o100000, 0o040000):
        return "it is a link or a device"
    if member.flags & _ENCRYPTED:
        return "it is encrypted"
    if member.method not in (STORED, DEFLATED):
        return f"it is compressed by method {member.method}; only stored and deflated are known"
    if member.is_folder and member.size:
        return "it is a folder with content"
    return None


def member_pieces(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    """The member's content in pieces of at most 1 MiB.

    The last check is made after the last piece, so bytes may be used only when the iterator has ended.
    Raises ZipFaultError where the local header and the directory differ, ZipDataError for damaged bytes.
    """
    _enter(file, member)
    crc = got = 0
    for piece in _stored(file, member) if member.method == STORED else _inflated(file, member):
        crc = zlib.crc32(piece, crc)
        got += len(piece)
        yield piece
    if got != member.size:
        raise ZipDataError(f"it has {got} bytes where {member.size} are promised")
    if crc != member.crc:
        raise ZipDataError("its checksum is another")
    _check_end(file, member)


def _enter(file: BinaryIO, member: ZipMember) -> None:
    """Step over the local header, which must say what the directory says."""
    file.seek(member.offset)
    head = file.read(LOCAL.size)
    if len(head) != LOCAL.size:
        raise ZipFaultError("it is cut short")
    mark, _, flags, method, _, _, crc, packed, size, name_length, extra_length = LOCAL.unpack(head)
    name = file.read(name_length)
    extra = file.read(extra_length)
    if extra:
        size, packed = widen(extra, size, packed)
    same = mark == b"PK\x03\x04" and name == member.raw_name and method == member.method
    if not same or (flags ^ member.flags) & (_ENCRYPTED | _DESCRIPTOR | _UTF8):
        raise ZipFaultError(f"the header of {member.name!r} differs from the directory")
    told = (crc, packed, size)
    wanted = (member.crc, member.compressed_size, member.size)
    if flags & _DESCRIPTOR:
        # Sizes follow the data; the header holds zeros, or already the right values.
        if any(value not in (0, want) for value, want in zip(told, wanted, strict=True)):
            raise ZipFaultError(f"the header of {member.name!r} differs from the directory")
    elif told != wanted:
        raise ZipFaultError(f"the header of {member.name!r} differs from the directory")


def _check_end(file: BinaryIO, member: ZipMember) -> None:
    """Between a member and the next there is nothing, but for the descriptor where one is announced."""
    rest = member.end - file.tell()
    if not member.flags & _DESCRIPTOR:
        if rest:
            raise ZipFaultError(f"bytes follow the member {member.name!r}")
        return
    data = file.read(rest) if rest in _DESCRIPTOR_SIZES else b""
    width = 8 if rest in (20, 24) else 4
    body = data[4:] if rest in (16, 24) and data[:4] == b"PK\x07\x08" else data
    wanted = member.crc.to_bytes(4, "little")
    wanted += member.compressed_size.to_bytes(8, "little")[:width] + member.size.to_bytes(8, "little")[:width]
    if body != wanted:
        raise ZipFaultError(f"the descriptor of {member.name!r} differs from the directory")


def _stored(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    if member.compressed_size != member.size:
        raise ZipDataError("it is stored with two different sizes")
    left = member.size
    while left:
        piece = file.read(min(left, PIECE))
        if not piece:
            raise ZipDataError("it is cut short")
        left -= len(piece)
        yield piece


def _inflated(file: BinaryIO, member: ZipMember) -> Iterator[bytes]:
    inflater, fault = new_inflater()
    left = member.compressed_size
    room = member.size
    data = b""
    full = False
    while not inflater.eof:
        # A full piece may leave output inside the inflater, which comes out without more input.
        if not data and not full:
            data = file.read(min(left, PIECE))
            left -= len(data)
            if not data:
                raise ZipDataError("it is cut short")
        limit = min(room, PIECE) + 1
        try:
            piece = inflater.decompress(data, limit)
        except fault as error:
            raise ZipDataError(f"it does not inflate: {error}") from None
        data = inflater.unconsumed_tail
        full = len(piece) == limit
        room -= len(piece)
        if room < 0:
            raise ZipDataError(f"it inflates to more than the {member.size} bytes promised")
        if piece:
            yield piece
    if left or inflater.unused_data or data:
        raise ZipDataError("bytes follow its compressed data")


def new_inflater() -> tuple[_Inflater, type[Exception]]:
    """A raw inflater, by isal where it is there (about twice as fast), else by zlib; and its error."""
    try:
        from isal import isal_zlib  # noqa: PLC0415 - optional at run time, and only loaded to unpack
    except ImportError:
        return cast("_Inflater", zlib.decompressobj(wbits=-15)), zlib.error
    return cast("_Inflater", isal_zlib.decompressobj(wbits=-15)), cast("type[Exception]", isal_zlib.error)
