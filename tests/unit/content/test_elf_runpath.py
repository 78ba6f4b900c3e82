"""Where shared libraries look for others."""

import io
import shutil
import struct
import subprocess

import pytest

from bodega.content.elf_runpath import run_paths


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


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tag", [15, 29])
def test_every_class_order_and_tag(bits, order, tag):
    made = elf("$ORIGIN/../../x.libs:/usr/lib", bits=bits, order=order, tag=tag)
    assert run_paths(io.BytesIO(made)) == ("$ORIGIN/../../x.libs", "/usr/lib")


def test_what_is_no_elf_file_or_is_damaged_names_nothing():
    whole = elf("$ORIGIN")
    assert run_paths(io.BytesIO(b"MZ" + bytes(100))) == ()
    for length in range(0, len(whole), 3):
        assert run_paths(io.BytesIO(whole[:length])) in ((), ("$ORIGIN",), ("$ORIGIN"[:length],))
    assert run_paths(io.BytesIO(b"\x7fELF" + b"\xff" * 200)) == ()


@pytest.mark.skipif(shutil.which("gcc") is None, reason="gcc is not installed")
def test_what_a_linker_writes_is_read(tmp_path):
    (tmp_path / "x.c").write_text("int x;")
    command = ["gcc", "-shared", "-o", "libx.so", "x.c", "-Wl,-rpath,$ORIGIN/../other"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with open(tmp_path / "libx.so", "rb") as file:
        assert run_paths(file) == ("$ORIGIN/../other",)
