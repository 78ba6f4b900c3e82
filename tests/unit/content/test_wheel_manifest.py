"""From a wheel to the manifest of its tree."""

import hashlib
from pathlib import Path

import pytest

from bodega.content.manifest import FileDigest, Manifest, Note, Section
from bodega.content.wheel_archive import open_wheel
from bodega.content.wheel_errors import WheelScriptError
from bodega.content.wheel_manifest import manifest_of
from bodega.formats.entry_points import Script
from bodega.formats.record import hash_field
from support.distributions import write_wheel


def manifest(folder: Path, files: dict[str, bytes], entry_points: str | None = None) -> Manifest:
    with open_wheel(str(write_wheel(folder, files=files))) as archive:
        digests = [
            FileDigest(one.name, hashlib.sha256(archive.read(one)).digest(), one.size, executable=False)
            for one in archive.members
        ]
        return manifest_of(archive, digests, entry_points)


def section(found: Manifest, key: str) -> Section:
    return next(one for one in found.sections if one.key == key)


def test_folders_come_before_what_is_in_them(tmp_path: Path) -> None:
    files = {"pkg/a/b/c.py": b"", "pkg/__init__.py": b"", "pkg-extra/x.txt": b"", "top.py": b""}
    folders = [name for name, _ in section(manifest(tmp_path, files), "root").folders]
    assert folders[0] == ""
    assert {"pkg/", "pkg/a/", "pkg/a/b/", "pkg-extra/"} < set(folders)
    for folder in folders[1:]:
        parent = folder[:-1].rpartition("/")[0]
        assert folders.index(parent and parent + "/") < folders.index(folder)


def test_record_rows_are_ready_and_leave_the_installers_files_out(tmp_path: Path) -> None:
    found = manifest(tmp_path, {"top.py": b"x", "a,b.txt": b"y"})
    rows = found.record.splitlines()
    assert f"top.py,{hash_field(hashlib.sha256(b'x').digest())},1" in rows
    assert any(one.startswith('"a,b.txt",sha256=') for one in rows)
    assert not any("RECORD" in one for one in rows)
    assert "RECORD" not in [name for folder, names in section(found, "root").folders for name in names]


def test_data_folders_become_sections_with_hashes(tmp_path: Path) -> None:
    files = {
        "sample-1.0.data/scripts/run": b"#!python\n",
        "sample-1.0.data/data/share/x/y.txt": b"y",
        "sample-1.0.data/headers/a.h": b"h",
    }
    found = manifest(tmp_path, files)
    assert [one.key for one in found.sections] == ["root", "data", "headers", "scripts"]
    data = section(found, "data")
    assert data.prefix == "sample-1.0.data/data/"
    assert data.files() == ["share/x/y.txt"]
    assert data.hashes == (f"{hash_field(hashlib.sha256(b'y').digest())},1",)


def test_scripts_are_read_or_refused(tmp_path: Path) -> None:
    found = manifest(tmp_path, {"a.py": b""}, "[console_scripts]\nrun = a:main [extra]\n")
    assert found.scripts == (Script("run", "a", "main"),)
    with pytest.raises(WheelScriptError):
        manifest(tmp_path, {"a.py": b""}, "[console_scripts]\n../run = a:main\n")


def test_what_changes_every_program_is_noted(tmp_path: Path) -> None:
    files = {
        "hook.pth": b"import os\n",
        "sitecustomize.py": b"",
        "json.py": b"",
        "email/__init__.py": b"",
        "pkg/json.py": b"",
        "sample-1.0.data/purelib/other.pth": b"",
    }
    assert set(manifest(tmp_path, files).notes) == {
        Note("pth", "hook.pth"),
        Note("customize", "sitecustomize.py"),
        Note("shadows-stdlib", "json.py"),
        Note("shadows-stdlib", "email/__init__.py"),
        Note("pth", "other.pth"),
    }
