"""Zip archives written field by field, so that any of them can lie."""

import bz2
import lzma
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

STORED, DEFLATED, BZIP2, LZMA = 0, 8, 12, 14
_COMPRESS = {
    STORED: lambda data: data,
    DEFLATED: lambda data: zlib.compress(data, 6, -15),
    BZIP2: bz2.compress,
    LZMA: lzma.compress,
}


@dataclass(frozen=True, kw_only=True)
class Raw:
    """One member; what is ``None`` is written as it should be."""

    name: bytes
    content: bytes = b""
    method: int = STORED
    flags: int = 0x800
    mode: int = 0o100644
    crc: int | None = None
    size: int | None = None
    local_name: bytes | None = None
    local_size: int | None = None
    extra: bytes = b""
    local_extra: bytes = b""
    descriptor: bytes | None = None
    disk: int = 0
    offset_shift: int = 0

    @property
    def packed(self) -> bytes:
        return _COMPRESS[self.method](self.content)

    def fields(self) -> tuple[int, int, int]:
        crc = zlib.crc32(self.content) if self.crc is None else self.crc
        return crc, len(self.packed), len(self.content) if self.size is None else self.size


def member(name: str, content: bytes = b"", **changes: object) -> Raw:
    return replace(Raw(name=name.encode(), content=content), **changes)  # type: ignore[arg-type]


def zip_bytes(
    members: Sequence[Raw], *, prefix: bytes = b"", suffix: bytes = b"", gap: bytes = b"", **end: int
) -> bytes:
    """The archive; ``gap`` stands between members and directory; ``end`` changes fields of the last record."""
    body, directory = bytearray(), bytearray()
    for one in members:
        offset = len(body)
        body += local(one)
        directory += central(one, offset + one.offset_shift)
    start = len(body) + len(gap)
    fields = {"disk": 0, "count": len(members), "size": len(directory), "start": start, "comment": 0, **end}
    last = struct.pack(
        "<4s4H2LH",
        b"PK\x05\x06",
        fields["disk"],
        fields["disk"],
        *(fields["count"],) * 2,
        fields["size"],
        fields["start"],
        fields["comment"],
    )
    return prefix + bytes(body) + gap + bytes(directory) + last + suffix


def local(one: Raw) -> bytes:
    name = one.name if one.local_name is None else one.local_name
    crc, packed, size = one.fields()
    if one.local_size is not None:
        size = one.local_size
    if one.descriptor is not None:
        crc = packed = size = 0
    head = struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04",
        20,
        one.flags,
        one.method,
        0,
        0x21,
        crc,
        packed,
        size,
        len(name),
        len(one.local_extra),
    )
    return head + name + one.local_extra + one.packed + (one.descriptor or b"")


def central(one: Raw, offset: int) -> bytes:
    head = struct.pack(
        "<4s6H3L5H2L",
        b"PK\x01\x02",
        0x0314,
        20,
        one.flags,
        one.method,
        0,
        0x21,
        *one.fields(),
        len(one.name),
        len(one.extra),
        0,
        one.disk,
        0,
        one.mode << 16,
        offset,
    )
    return head + one.name + one.extra


def described(one: Raw, *, lie: int = 0) -> Raw:
    """The member with its sizes after the data, as a stream is written."""
    crc, packed, size = one.fields()
    descriptor = b"PK\x07\x08" + struct.pack("<3L", crc, packed, size + lie)
    return replace(one, flags=one.flags | 8, descriptor=descriptor)
