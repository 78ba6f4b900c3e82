"""What marks promise."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bodega.adapters.filesystem.marks import FileMarks
from bodega.adapters.memory.marks import MemoryMarks
from bodega.formats.names import NormalizedName
from bodega.index.upstream.marks import Marks

FLASK, DJANGO = NormalizedName("flask"), NormalizedName("django")


@pytest.fixture(params=["file", "memory"])
def marks(request: pytest.FixtureRequest, tmp_path: Path) -> Marks:
    return FileMarks(str(tmp_path / "marks")) if request.param == "file" else MemoryMarks()


def test_a_mark_stays_until_it_is_moved(marks: Marks) -> None:
    before, other = marks.of(FLASK), marks.of(DJANGO)
    assert marks.of(FLASK) == before
    after = marks.move(FLASK)
    assert after != before
    assert marks.of(FLASK) == after
    assert marks.of(DJANGO) == other
    assert marks.move(FLASK) not in (before, after)


def test_every_process_sees_it(tmp_path: Path) -> None:
    path = str(tmp_path / "marks")
    marks = FileMarks(path)
    before = marks.of(FLASK)
    code = "import sys; from bodega.adapters.filesystem.marks import FileMarks; FileMarks(sys.argv[1]).move('flask')"
    subprocess.run([sys.executable, "-c", code, path], check=True)
    assert marks.of(FLASK) != before


def test_a_file_of_another_length_is_made_right(tmp_path: Path) -> None:
    (tmp_path / "marks").write_bytes(b"x")
    assert FileMarks(str(tmp_path / "marks")).move(DJANGO) == 1


def test_the_file_has_all_its_blocks(tmp_path: Path) -> None:
    """A hole that is touched when the disk is full kills the process."""
    path = tmp_path / "marks"
    for content in (None, b"", bytes(1 << 17)):
        if content is not None:
            path.write_bytes(content)
            # Blocks of zeros may be told from holes by their count alone.
            os.truncate(path, 0)
            os.truncate(path, len(content))
        before = FileMarks(str(path)).of(FLASK)
        found = path.stat()
        assert found.st_blocks * 512 >= found.st_size
        FileMarks(str(path)).move(FLASK)
        assert FileMarks(str(path)).of(FLASK) != before
