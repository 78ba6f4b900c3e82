"""The store was tampered with after an install: what is linked from it is looked at, and `verify` reads it all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from support.projects import Project, offer
from support.upstream import Upstream

LOCK_POLICY = {"BODEGA_LOCK_POLICY": "ignore"}


@pytest.fixture
def project(tmp_path: Path):
    with Upstream() as index:
        offer(index, {"leaf": {"1.0": []}})
        made = Project(tmp_path, index.root, "")
        made.run("venv", "--no-pip", "first")
        made.run("venv", "--no-pip", "second")
        made.run("lock", "leaf", "--python", "first")
        made.run("sync", "--python", "first", "--link-mode", "copy", **LOCK_POLICY)
        yield made


def kept(project: Project) -> Path:
    """The module as the store has it."""
    (found,) = (project.folder.parent / "store" / "trees").glob("*/files/leaf.py")
    return found


def written_to(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"evil = 1\n")


def replaced(path: Path) -> None:
    path.parent.chmod(0o755)
    path.unlink()
    path.write_bytes(b"evil = 1\n")


def removed(path: Path) -> None:
    path.parent.chmod(0o755)
    path.unlink()


def with_its_time(path: Path) -> None:
    before = path.stat()
    written_to(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


FOUND = {"a file is written to": written_to, "a file is replaced": replaced, "a file is removed": removed}


def rows(expected: str, ways: dict[str, Callable[[Path], None]]) -> list[object]:
    return [
        pytest.param(
            way,
            id=what,
            marks=pytest.mark.hostile(
                case=162, surface="store", what=f"{what}, {expected.partition(':')[0]}", expected=expected
            ),
        )
        for what, way in ways.items()
    ]


@pytest.mark.parametrize("harm", rows("sync: made again from its wheel", FOUND))
def test_sync_links_nothing_that_was_tampered_with(project: Project, harm) -> None:
    path = kept(project)
    good = path.read_bytes()
    harm(path)
    done = project.run("sync", "--python", "second", **LOCK_POLICY)
    assert "+ leaf 1.0" in done.stdout
    (installed,) = (project.folder / "second").rglob("leaf.py")
    assert installed.read_bytes() == good
    assert path.read_bytes() == good
    assert project.run("verify", "--store").returncode == 0


@pytest.mark.parametrize(
    "harm",
    rows(
        "verify: exit 1, and put right", {**FOUND, "a file is written to, its time put back": with_its_time}
    ),
)
def test_verify_finds_it(project: Project, harm) -> None:
    path = kept(project)
    good = path.read_bytes()
    harm(path)
    assert "leaf.py" in project.run("verify", "--store", code=1).stdout
    project.run("verify", "--store", "--repair")
    assert path.read_bytes() == good
    assert project.run("verify", "--store").returncode == 0
