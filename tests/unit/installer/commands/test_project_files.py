"""Files of a project that are replaced together."""

import os
from pathlib import Path

import pytest

from bodega.installer.commands.project_files import ChangedMeanwhileError, NewFile, prepared


def files(folder):
    one, other = folder / "pyproject.toml", folder / "pylock.toml"
    one.write_text("old")
    return one, other, [NewFile(str(one), "old", "new"), NewFile(str(other), None, "lock")]


def test_all_are_put_in_place_behind_the_block(tmp_path):
    one, other, new = files(tmp_path)
    with prepared(new) as parts:
        assert [Path(part).read_text() for part in parts] == ["new", "lock"]
        assert (one.read_text(), other.exists()) == ("old", False)
    assert (one.read_text(), other.read_text()) == ("new", "lock")
    assert sorted(os.listdir(tmp_path)) == ["pylock.toml", "pyproject.toml"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_nothing_is_where_the_block_fails_or_is_a_dry_run(tmp_path, dry_run):
    one, _, new = files(tmp_path)
    if dry_run:
        with prepared(new, dry_run=True):
            pass
    else:
        with pytest.raises(KeyboardInterrupt), prepared(new):
            raise KeyboardInterrupt
    assert one.read_text() == "old"
    assert os.listdir(tmp_path) == ["pyproject.toml"]


@pytest.mark.parametrize("name", ["pyproject.toml", "pylock.toml"])
def test_what_somebody_else_wrote_meanwhile_stays(tmp_path, name):
    _, _, new = files(tmp_path)
    with pytest.raises(ChangedMeanwhileError), prepared(new):
        (tmp_path / name).write_text("theirs")
    assert (tmp_path / name).read_text() == "theirs"
    assert "new" not in [path.read_text() for path in tmp_path.iterdir()]


def test_a_file_that_does_not_change_is_left_alone(tmp_path):
    one, _, _ = files(tmp_path)
    before = one.stat().st_ino
    with prepared([NewFile(str(one), "old", "old")]):
        pass
    assert one.stat().st_ino == before
