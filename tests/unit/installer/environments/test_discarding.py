"""What goes is gone at once for whoever looks; much of it is removed behind."""

import time
from pathlib import Path

from bodega.installer.environments.discarding import AT_ONCE, TRASH, discard


def filled(folder: Path, count: int) -> Path:
    (folder / "deep").mkdir(parents=True)
    for number in range(count):
        (folder / "deep" / str(number)).touch()
    return folder


def gone(*paths: Path) -> bool:
    deadline = time.monotonic() + 20
    while any(path.exists() for path in paths):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def test_a_little_goes_at_once(tmp_path: Path) -> None:
    discard(str(filled(tmp_path / "staging", 3)), str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_much_leaves_its_place_at_once_and_goes_behind(tmp_path: Path) -> None:
    staging = filled(tmp_path / "staging", AT_ONCE + 1)
    discard(str(staging), str(tmp_path))
    assert not staging.exists()
    assert gone(*tmp_path.iterdir())


def test_what_a_killed_process_left_goes_with_the_next(tmp_path: Path) -> None:
    left = filled(tmp_path / f"{TRASH}1-dead", 3)
    (tmp_path / "kept").touch()
    discard(str(tmp_path / "nothing"), str(tmp_path))
    assert gone(left)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
