"""Where a shared library looks for others: DT_RUNPATH and DT_RPATH of an ELF file (System V ABI)."""

import struct
from dataclasses import dataclass
from typing import BinaryIO

_MAGIC = b"\x7fELF"
_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 0, 5, 15, 29
_MOST_HEADERS, _MOST_ENTRIES, _MOST_TEXT = 256, 4096, 4096
#: Of each class (1: 32 bits, 2: 64): the offsets in the file's header of the program headers' place and
#: of their size and count; a program header's and a dynamic entry's fields.
_CLASSES = {
    1: (28, "I", 42, "IIIIIIII", (0, 1, 2, 4), "iI"),
    2: (32, "Q", 54, "IIQQQQQQ", (0, 2, 3, 5), "qQ"),
}


@dataclass(frozen=True, slots=True)
class _Segment:
    kind: int
    offset: int
    address: int
    size: int


def run_paths(file: BinaryIO) -> tuple[str, ...]:
    """The folders named, with ``$ORIGIN`` as written; none for what is no ELF file, or a damaged one."""
    try:
        return _read(file)
    except (struct.error, OSError, ValueError):
        return ()


def _read(file: BinaryIO) -> tuple[str, ...]:
    head = file.read(64)
    if len(head) < 52 or not head.startswith(_MAGIC) or head[4] not in _CLASSES:  # noqa: PLR2004
        return ()
    order = "<" if head[5] == 1 else ">"
    place, word, sizes, header, fields, entry = _CLASSES[head[4]]
    (table,) = struct.unpack_from(order + word, head, place)
    size, count = struct.unpack_from(order + "HH", head, sizes)
    file.seek(table)
    rows = file.read(min(count, _MOST_HEADERS) * size)
    segments = []
    for at in range(0, len(rows) - size + 1, size):
        values = struct.unpack_from(order + header, rows, at)
        segments.append(_Segment(*(values[number] for number in fields)))
    dynamic = next((one for one in segments if one.kind == _PT_DYNAMIC), None)
    return _paths(file, segments, dynamic, order + entry) if dynamic else ()


def _paths(file: BinaryIO, segments: list[_Segment], dynamic: _Segment, entry: str) -> tuple[str, ...]:
    step = struct.calcsize(entry)
    file.seek(dynamic.offset)
    data = file.read(min(dynamic.size, _MOST_ENTRIES * step))
    names, strings = [], 0
    for tag, value in struct.iter_unpack(entry, data[: len(data) // step * step]):
        if tag == _DT_NULL:
            break
        if tag == _DT_STRTAB:
            strings = value
        elif tag in (_DT_RPATH, _DT_RUNPATH):
            names.append(value)
    found: list[str] = []
    for name in names:
        file.seek(_offset(segments, strings) + name)
        text = file.read(_MOST_TEXT).partition(b"\0")[0].decode("utf-8", "replace")
        found += [path for path in text.split(":") if path]
    return tuple(found)


def _offset(segments: list[_Segment], address: int) -> int:
    """Where in the file an address of memory is."""
    for one in segments:
        if one.kind == _PT_LOAD and one.address <= address < one.address + one.size:
            return address - one.address + one.offset
    raise ValueError(address)
