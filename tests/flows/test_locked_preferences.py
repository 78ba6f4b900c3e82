"""A lock that is there is kept to where it satisfies everything, so that little changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.projects import Project, offer
from support.upstream import Upstream

NEWER = {"app": {"2.0": ["lib"]}, "lib": {"2.0": []}}


@pytest.fixture
def index() -> Iterator[Upstream]:
    with Upstream() as upstream:
        offer(upstream, {"app": {"1.0": ["lib"]}, "lib": {"1.0": []}})
        yield upstream


@pytest.fixture
def project(tmp_path: Path, index: Upstream) -> Project:
    project = Project(tmp_path, index.root, "")
    project.run("lock", "app")
    offer(index, NEWER)
    return project


def test_nothing_moves_by_itself(project):
    project.run("lock", "app", "--refresh-package", ":all:")
    assert project.locked == {"app": "1.0", "lib": "1.0"}


def test_what_must_move_moves_alone(project):
    project.run("lock", "app>1", "--refresh-package", ":all:")
    assert project.locked == {"app": "2.0", "lib": "1.0"}


@pytest.mark.parametrize(
    ("words", "locked"),
    [
        (("-U",), {"app": "2.0", "lib": "2.0"}),
        (("-P", "LIB"), {"app": "1.0", "lib": "2.0"}),
        (("--upgrade-package", "app"), {"app": "2.0", "lib": "1.0"}),
    ],
)
def test_what_is_let_go_takes_the_newest(project, words, locked):
    project.run("lock", "app", *words, "--refresh-package", ":all:")
    assert project.locked == locked


def test_another_lock_is_no_earlier_one(project):
    project.run("lock", "app", "-o", "pylock.other.toml", "--refresh-package", ":all:")
    text = (project.folder / "pylock.other.toml").read_text(encoding="utf-8")
    assert "app-2.0" in text


def test_a_lock_that_cannot_be_read_is_said_and_stays(project):
    project.lock.write_text("no lock", encoding="utf-8")
    said = project.run("lock", "app", code=1).stderr
    assert "pylock.toml" in said
    assert project.lock.read_text(encoding="utf-8") == "no lock"
