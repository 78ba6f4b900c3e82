"""Small ELF files that name the folders in which they look for others."""

import struct


def elf(paths: str, *, bits: int = 64, order: str = "<", tag: int = 29) -> bytes:
    """The least ELF file that names folders."""
    wide = bits == 64
    word, head_size, row = ("Q", 64, "IIQQQQQQ") if wide else ("I", 52, "IIIIIIII")
    row_size = struct.calcsize(order + row)
    strings_at = head_size + 2 * row_size
    strings = b"\0" + paths.encode() + b"\0"
    dynamic_at = strings_at + len(strings)
    entry = "qQ" if wide else "iI"
    dynamic = b"".join(struct.pack(order + entry, *one) for one in ((5, strings_at), (tag, 1), (0, 0)))
    size = dynamic_at + len(dynamic)
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    head = ident + struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH", 3, 62, 1, 0, head_size, 0, 0, head_size, row_size, 2, 0, 0, 0
    )
    rows = b""
    for kind, at, length in ((1, 0, size), (2, dynamic_at, len(dynamic))):
        values = (
            (kind, 0, at, at, at, length, length, 8) if wide else (kind, at, at, at, length, length, 0, 8)
        )
        rows += struct.pack(order + row, *values)
    return head + rows + strings + dynamic
