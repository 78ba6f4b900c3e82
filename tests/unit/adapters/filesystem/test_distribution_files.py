"""Distributions below a folder: which count, and that no link leads out of it."""

import os
from pathlib import Path

import pytest

from bodega.adapters.filesystem.distribution_files import distribution_files, list_folder, pieces_of


def names(folder: Path) -> list[str]:
    return [os.path.relpath(file.path, folder) for file in distribution_files(str(folder))]


def put(folder: Path, *paths: str) -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(path.encode())


def test_wheels_and_sdists_are_found_in_every_folder(tmp_path: Path) -> None:
    put(tmp_path, "b.whl", "a.tar.gz", "notes.txt", "old.zip", "deep/er/c.whl", ".git/d.whl")
    assert names(tmp_path) == ["a.tar.gz", "b.whl", "deep/er/c.whl"]


def test_what_is_no_plain_file_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "folder.whl").mkdir()
    os.mkfifo(tmp_path / "pipe.whl")
    os.symlink("nowhere.whl", tmp_path / "broken.whl")
    os.symlink("round.whl", tmp_path / "round.whl")
    assert names(tmp_path) == []


def test_links_count_only_inside(tmp_path: Path) -> None:
    put(tmp_path, "outside/secret.whl", "inside/real/x.whl", "inside-too/y.whl")
    inside = tmp_path / "inside"
    os.symlink("real/x.whl", inside / "link.whl")
    os.symlink("../outside/secret.whl", inside / "out.whl")
    os.symlink("../inside-too/y.whl", inside / "beside.whl")
    os.symlink("../outside", inside / "folder")
    os.symlink(".", inside / "again")
    assert names(inside) == ["link.whl", "real/x.whl"]


def test_a_root_that_is_a_link_is_followed(tmp_path: Path) -> None:
    put(tmp_path, "real/x.whl")
    os.symlink("real", tmp_path / "link")
    assert [file.filename for file in distribution_files(str(tmp_path / "link"))] == ["x.whl"]


@pytest.mark.parametrize("root", ["missing", "file.whl"])
def test_a_root_that_is_no_folder(tmp_path: Path, root: str) -> None:
    put(tmp_path, "file.whl")
    with pytest.raises(OSError, match=r"No such|Not a"):
        list(distribution_files(str(tmp_path / root)))


def test_depth_is_bounded(tmp_path: Path) -> None:
    put(tmp_path, "/".join(["d"] * 60) + "/near.whl", "/".join(["d"] * 70) + "/far.whl")
    assert [path.rpartition("/")[2] for path in names(tmp_path)] == ["near.whl"]


def test_a_file_has_an_identity_that_changes_with_it(tmp_path: Path) -> None:
    put(tmp_path, "x.whl")
    (before,) = list_folder(str(tmp_path), str(tmp_path)).files
    assert (before.size, before.filename) == (5, "x.whl")
    put(tmp_path, "new")
    os.replace(tmp_path / "new", tmp_path / "x.whl")
    (after,) = list_folder(str(tmp_path), str(tmp_path)).files
    assert after != before


def test_bytes_come_in_pieces(tmp_path: Path) -> None:
    content = os.urandom(2_500_000)
    (tmp_path / "x").write_bytes(content)
    pieces = list(pieces_of(str(tmp_path / "x")))
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) <= 1 << 20
