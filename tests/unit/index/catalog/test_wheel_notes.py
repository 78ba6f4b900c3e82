"""What whoever uploads a wheel is told, though it is taken."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bodega.content.wheel_archive import open_wheel
from bodega.index.catalog.wheel_notes import wheel_notes
from support.distributions import wheel_bytes, wheel_filename


def notes(folder: Path, files: Mapping[str, bytes], tag: str = "py3-none-any") -> list[str]:
    path = folder / wheel_filename(tag=tag)
    path.write_bytes(wheel_bytes(files=files, tag=tag))
    with open_wheel(str(path)) as archive:
        return list(wheel_notes(archive))


@pytest.mark.parametrize(
    "name",
    [
        "sample.py",
        "sample/json.py",
        "json_tools.py",
        "sample-1.0.data/data/share/man/x",
        "sample-1.0.data/scripts/json.py",
    ],
)
def test_the_usual_is_not_worth_a_word(tmp_path: Path, name: str) -> None:
    assert notes(tmp_path, {name: b""}) == []


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("sample.pth", "every start"),
        ("sample-1.0.data/purelib/sample.pth", "every start"),
        ("sitecustomize.py", "every start"),
        ("usercustomize.py", "every start"),
        ("json.py", "standard library"),
        ("json/__init__.py", "standard library"),
        ("sample-1.0.data/platlib/ssl.so", "standard library"),
        ("sample-1.0.data/data/lib/x", "root of the environment"),
        ("sample-1.0.dist-info/RECORD.jws", "PEP 815"),
    ],
)
def test_the_unusual_is(tmp_path: Path, name: str, word: str) -> None:
    (note,) = notes(tmp_path, {name: b""})
    assert word in note


def test_a_platform_that_says_too_little(tmp_path: Path) -> None:
    (note,) = notes(tmp_path, {"a.so": b""}, "cp311-cp311-linux_x86_64")
    assert "which Linux" in note
