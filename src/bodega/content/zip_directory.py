"""The directory of a zip archive, read strictly: one meaning for every reader, or a fault (APPNOTE 6.3).

What is refused although some readers accept it: bytes before, between or after the members, more than one
volume, and fields that contradict each other. So a reader of the directory and a reader of the stream
see the same files.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s4H4L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
_FULL16 = 0xFFFF
_FULL32 = 0xFFFFFFFF
MAX_MEMBERS = 500_000
_MAX_DIRECTORY = 256 << 20
_ZIP64_EXTRA = 0x0001
_UNICODE_PATH_EXTRA = 0x7075


class ZipFaultError(Exception):
    """What is wrong with the archive's structure, in words; callers turn it into their own error."""


@dataclass(frozen=True, slots=True)
class ZipMember:
    """One member as the directory gives it; sizes are in bytes.

    ``offset`` is that of its local header, ``end`` where the next one begins. ``flags``, ``method``,
    ``crc``, ``needed`` (the version to extract it) and ``modified`` (time and date as they are stored, four
    bytes) are the fields of the format; ``mode`` is the Unix file mode, 0 where none was stored.
    """

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    compressed_size: int
    size: int
    offset: int
    end: int
    mode: int
    needed: int
    modified: int

    @property
    def is_folder(self) -> bool:
        """A folder has a name that ends in ``/``."""
        return self.name.endswith("/")


def read_directory(file: BinaryIO) -> tuple[ZipMember, ...]:
    """The members in the order in which they lie in the file; raises ZipFaultError."""
    file_size = file.seek(0, 2)
    count, start, size = _find_directory(file, file_size)
    file.seek(start)
    data = file.read(size)
    if len(data) != size:
        raise ZipFaultError("it is cut short")
    entries = _entries(data, count)
    entries.sort(key=lambda entry: entry[6])
    return _members(entries, start)


def directory_start(file: BinaryIO) -> int:
    """Where the directory begins, told by the record at the end alone; raises ZipFaultError."""
    return _find_directory(file, file.seek(0, 2))[1]


def _find_directory(file: BinaryIO, file_size: int) -> tuple[int, int, int]:
    tail_size = min(file_size, END.size + _FULL16 + _END64.size + _END64_LOCATOR.size)
    file.seek(file_size - tail_size)
    tail = file.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise ZipFaultError("it has no directory at its end; it may be cut short")
    _, disk, first_disk, here, count, size, start, comment = END.unpack_from(tail, at)
    end_offset = file_size - tail_size + at
    if end_offset + END.size + comment != file_size:
        raise ZipFaultError("bytes follow its end")
    if disk or first_disk or here != count:
        raise ZipFaultError("it is one volume of several")
    if count == _FULL16 or _FULL32 in (size, start):
        return _find_directory64(file, end_offset, (count, start, size))
    _check_place(count=count, size=size, start=start, end_offset=end_offset)
    return count, start, size


def _find_directory64(file: BinaryIO, end_offset: int, small: tuple[int, int, int]) -> tuple[int, int, int]:
    locator_offset = end_offset - _END64_LOCATOR.size
    record_offset = locator_offset - _END64.size
    if record_offset < 0:
        raise ZipFaultError("its ZIP64 directory is missing")
    file.seek(record_offset)
    data = file.read(_END64.size + _END64_LOCATOR.size)
    signature, _, _, _, disk, first_disk, here, count, size, start = _END64.unpack_from(data)
    mark, locator_disk, record_at, disks = _END64_LOCATOR.unpack_from(data, _END64.size)
    if signature != b"PK\x06\x06" or mark != b"PK\x06\x07" or record_at != record_offset:
        raise ZipFaultError("its ZIP64 directory is missing")
    if disk or first_disk or locator_disk or disks > 1 or here != count:
        raise ZipFaultError("it is one volume of several")
    for short, full, limit in zip(small, (count, start, size), (_FULL16, _FULL32, _FULL32), strict=True):
        if short not in (limit, full):
            raise ZipFaultError("its ZIP64 fields contradict the others")
    _check_place(count=count, size=size, start=start, end_offset=record_offset)
    return count, start, size


def _check_place(*, count: int, size: int, start: int, end_offset: int) -> None:
    if start + size != end_offset:
        raise ZipFaultError("its directory is not where its end says; bytes were put before or after it")
    if count > MAX_MEMBERS or size > _MAX_DIRECTORY:
        raise ZipFaultError(f"it has more than {MAX_MEMBERS} members")


_Entry = tuple[bytes, int, int, int, int, int, int, int, int, int]


def _entries(data: bytes, count: int) -> list[_Entry]:
    entries: list[_Entry] = []
    at = 0
    for _ in range(count):
        if len(data) - at < _ENTRY.size:
            raise ZipFaultError("its directory is cut short")
        entry, at = _entry(data, at)
        entries.append(entry)
    if at != len(data):
        raise ZipFaultError("its directory holds more than its entries")
    return entries


def _entry(data: bytes, at: int) -> tuple[_Entry, int]:
    (
        mark,
        _,
        needed,
        flags,
        method,
        modified,
        crc,
        packed,
        size,
        name_length,
        extra_length,
        comment_length,
        disk,
        _,
        attributes,
        offset,
    ) = _ENTRY.unpack_from(data, at)
    name_at = at + _ENTRY.size
    extra_at = name_at + name_length
    end = extra_at + extra_length + comment_length
    if mark != b"PK\x01\x02" or end > len(data):
        raise ZipFaultError("its directory is damaged")
    if disk:
        raise ZipFaultError("it is one volume of several")
    if extra_length:
        extra = data[extra_at : extra_at + extra_length]
        size, packed, offset = widen(extra, size, packed, offset)
    mode = attributes >> 16
    return (data[name_at:extra_at], flags, method, crc, packed, size, offset, mode, needed, modified), end


def widen(extra: bytes, *fields: int) -> tuple[int, ...]:
    """Fields, with their ZIP64 values from the extra block where they are full; raises ZipFaultError."""
    wide = list(fields)
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        block = extra[at + 4 : at + 4 + length]
        if len(block) != length or kind == _UNICODE_PATH_EXTRA:
            raise ZipFaultError("an extra field is damaged or gives a member a second name")
        if kind == _ZIP64_EXTRA:
            _widen_from(block, wide)
        at += 4 + length
    return tuple(wide)


def _widen_from(block: bytes, wide: list[int]) -> None:
    values = [int.from_bytes(block[at : at + 8], "little") for at in range(0, len(block) - 7, 8)]
    for index, field in enumerate(wide):
        if field == _FULL32:
            if not values:
                raise ZipFaultError("its ZIP64 fields are missing")
            wide[index] = values.pop(0)
    # Writers that always add the block repeat the plain values; anything else contradicts them.
    if any(value not in wide for value in values):
        raise ZipFaultError("its ZIP64 fields contradict the others")


def _members(entries: list[_Entry], directory_start: int) -> tuple[ZipMember, ...]:
    members: list[ZipMember] = []
    expected = 0
    for index, (raw, flags, method, crc, packed, size, offset, mode, *rest) in enumerate(entries):
        end = entries[index + 1][6] if index + 1 < len(entries) else directory_start
        if (index == 0 and offset != 0) or offset < expected:
            raise ZipFaultError("bytes come before its first member, or members overlap")
        expected = offset + LOCAL.size + len(raw) + packed
        if expected > end:
            raise ZipFaultError("members overlap, or one reaches past the archive")
        name = _text(raw, flags)
        members.append(ZipMember(name, raw, flags, method, crc, packed, size, offset, end, mode, *rest))
    if not entries and directory_start:
        raise ZipFaultError("bytes come before its directory")
    return tuple(members)


def _text(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & 0x800 else "ascii")
    except UnicodeDecodeError:
        raise ZipFaultError(f"the member name {raw[:80]!r} is in an unknown encoding") from None
