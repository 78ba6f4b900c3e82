"""Where shared libraries look for others."""

import io
import shutil
import subprocess

import pytest

from bodega.content.elf_runpath import run_paths
from support.elf_files import elf


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
