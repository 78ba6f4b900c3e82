"""Rules for new wheels, each by a wheel that breaks it."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from bodega.content.wheel_archive import WheelError, open_wheel
from bodega.index.catalog.wheel_rules import wheel_faults
from support.distributions import wheel_bytes, wheel_filename
from support.hostile_wheels import wheel as hostile
from support.raw_zip import member


def faults(folder: Path, content: bytes, filename: str = wheel_filename()) -> list[str]:
    path = folder / filename
    path.write_bytes(content)
    with open_wheel(str(path)) as archive:
        return [f"{fault.code} {fault.what} {fault.why or ''}" for fault in wheel_faults(archive)]


def test_a_right_wheel_breaks_none(tmp_path: Path) -> None:
    scripts = {"entry_points.txt": b"[console_scripts]\nsample = sample:main\n[other]\nanything = goes\n"}
    assert faults(tmp_path, wheel_bytes(extra_info=scripts)) == []


def test_compressed_tags_are_the_same_tags(tmp_path: Path) -> None:
    content = wheel_bytes(tag="py2-none-any\nTag: py3-none-any")
    assert faults(tmp_path, content, wheel_filename(tag="py2.py3-none-any")) == []


@pytest.mark.parametrize("tag", ["py2.py3-none-any", "cp311-cp311-manylinux_2_17_x86_64", "py3-none-win32"])
def test_tags_of_another_file_name(tmp_path: Path, tag: str) -> None:
    (fault,) = faults(tmp_path, wheel_bytes(), wheel_filename(tag=tag))
    assert fault.startswith("E-UPLOAD-ARCHIVE")
    assert "py3-none-any" in fault


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"INSTALLER": b"pip\n"}, "INSTALLER"),
        ({"REQUESTED": b""}, "REQUESTED"),
        ({"direct_url.json": b"{}"}, "direct_url.json"),
        ({"entry_points.txt": b"[console_scripts]\n../../x = a:b\n"}, "E-ENTRY-POINT"),
        ({"entry_points.txt": b"[gui_scripts]\nx = os; import sys\n"}, "E-ENTRY-POINT"),
        ({"entry_points.txt": b"\xff"}, "UTF-8"),
        ({"entry_points.txt": b"stray = a:b\n"}, "no entry point"),
        ({"entry_points.txt": b"[group]\nnothing\n"}, "no entry point"),
        ({"entry_points.txt": b"[group]\n= a:b\n"}, "no entry point"),
    ],
)
def test_files_that_must_not_be(tmp_path: Path, files: Mapping[str, bytes], word: str) -> None:
    (fault,) = faults(tmp_path, wheel_bytes(extra_info=files))
    assert word in fault


@pytest.mark.parametrize(
    ("files", "word"),
    [
        (("a/Data.txt", "a/data.txt"), "case does not count"),
        (("a/con.py",), "every system"),
        (("aux/x.py",), "every system"),
        (("a/trailing. /x",), "every system"),
        (("sample-1.0.data/scripts/python3.11",), "interpreter"),
        (("sample-1.0.data/scripts/a\\b",), "refused"),
    ],
)
def test_names_that_mean_something_else_somewhere(tmp_path: Path, files: tuple[str, ...], word: str) -> None:
    with_names = wheel_bytes(files=dict.fromkeys(files, b""))
    if "\\" in files[0]:
        with pytest.raises(WheelError, match="refused"):
            faults(tmp_path, with_names)
        return
    assert any(word in fault for fault in faults(tmp_path, with_names))


def test_a_wheel_for_one_system_need_not_suit_others(tmp_path: Path) -> None:
    tag = "cp311-cp311-manylinux_2_17_x86_64"
    content = wheel_bytes(files={"a/aux.py": b"", "a/X": b"", "a/x": b""}, tag=tag)
    assert faults(tmp_path, content, wheel_filename(tag=tag)) == []


def test_rights_of_another(tmp_path: Path) -> None:
    extra = member("evil-1.0.data/scripts/run", b"#!python\n", mode=0o104755)
    (fault,) = faults(tmp_path, hostile(extra), "evil-1.0-py3-none-any.whl")
    assert "rights" in fault


def test_a_script_named_as_the_interpreter(tmp_path: Path) -> None:
    scripts = {"entry_points.txt": b"[console_scripts]\npython3 = sample:main\n"}
    (fault,) = faults(tmp_path, wheel_bytes(extra_info=scripts))
    assert "interpreter" in fault


def test_sizes_that_stand_behind_the_bytes(tmp_path: Path) -> None:
    class Stream(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.parts.append(bytes(data))  # type: ignore[call-overload]
            return len(self.parts[-1])

    streamed = Stream()
    with zipfile.ZipFile(io.BytesIO(wheel_bytes())) as whole, zipfile.ZipFile(streamed, "w") as target:
        for member in whole.infolist():
            target.writestr(member.filename, whole.read(member))
    (fault,) = faults(tmp_path, b"".join(streamed.parts))
    assert "only behind it" in fault
