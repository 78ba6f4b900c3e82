"""``bodega lock merge``: two branches that both changed a lock, and one lock that satisfies both."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.lock_house import LockHouse
from support.server import environment
from support.upstream import Upstream

VERSIONS = {"a": ("1.0", "2.0", "3.0"), "b": ("1.0",), "c": ("1.0",)}


class Branches:
    """A repository whose branches ``main`` and ``other`` have each locked something else."""

    def __init__(self, folder: Path, upstream: Upstream) -> None:
        for name, versions in VERSIONS.items():
            for version in versions:
                upstream.add(name, wheel_filename(name, version), wheel_bytes(name, version))
        self.upstream = upstream
        self.house = LockHouse(folder)
        self.folder = self.house.project
        (self.folder / ".gitignore").write_text(".venv\n.gitignore\n")
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str, code: int = 0) -> str:
        named = ("-c", "user.name=n", "-c", "user.email=e@example.org")
        done = subprocess.run(
            ["git", *named, *words],
            cwd=self.folder,
            env=environment(self.house.folder, PIP_INDEX_URL=self.upstream.root),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
        return done.stdout + done.stderr

    def locked(self, *words: str) -> None:
        self.run("lock", *words)
        self.git("add", "-A")
        self.git("commit", "-qm", " ".join(words))

    def run(self, *words: str, code: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        done = self.house.run(*words, PIP_INDEX_URL=self.upstream.root, **variables)
        assert done.returncode == code, done.stderr
        return done

    def fork(self, base: tuple[str, ...], theirs: tuple[str, ...], ours: tuple[str, ...]) -> None:
        self.locked(*base)
        self.git("checkout", "-qb", "other")
        self.locked(*theirs)
        self.git("checkout", "-q", "main")
        self.locked(*ours)


@pytest.fixture
def branches(tmp_path: Path) -> Iterator[Branches]:
    with Upstream() as upstream:
        yield Branches(tmp_path, upstream)


def test_a_conflict_that_git_left_is_settled_and_satisfies_both(branches: Branches):
    branches.fork(("a<2",), ("a<2", "b"), ("a<3", "c", "-U"))
    branches.git("merge", "other", code=1)
    assert "conflict markers: `bodega lock merge`" in branches.run("sync", code=1).stderr
    document = json.loads(branches.run("lock", "merge", "--json").stdout)
    assert document["packages"] == {"a": "2.0", "b": "1.0", "c": "1.0"}
    assert document["contested"] == []
    branches.run("lock", "--check", "a<3", "b", "c")
    assert branches.run("sync").stdout.split()[1::3] == ["a", "b", "c"]


def test_what_both_changed_is_told_in_words(branches: Branches):
    branches.fork(("a<2",), ("a<3", "-U"), ("a", "-U"))
    branches.git("merge", "other", code=1)
    told = branches.run("lock", "merge").stderr
    assert "both sides changed requirement on a: ours a, theirs a<3; the lock has a and a<3" in told
    assert "both sides changed a: ours 3.0, theirs 2.0; the lock has 2.0" in told


def test_sides_that_cannot_both_be_are_refused_and_the_file_is_left(branches: Branches):
    branches.fork(("a<3",), ("a>=3", "-U"), ("a<2", "-U"))
    branches.git("merge", "other", code=1)
    before = (branches.folder / "pylock.toml").read_text()
    refused = branches.run("lock", "merge", code=3)
    assert "a" in refused.stderr
    assert (branches.folder / "pylock.toml").read_text() == before


def test_markers_in_a_file_are_enough(branches: Branches):
    branches.fork(("a<2",), ("a<2", "b"), ("a<2", "c"))
    branches.git("merge", "other", code=1)
    copy = branches.house.folder / "elsewhere"
    copy.mkdir()
    (copy / "pylock.toml").write_bytes((branches.folder / "pylock.toml").read_bytes())
    branches.run("lock", "merge", str(copy / "pylock.toml"))
    assert "<<<<<<<" not in (copy / "pylock.toml").read_text()
    again = branches.run("lock", "merge", str(copy / "pylock.toml"), code=1)
    assert "there is nothing to merge" in again.stderr


def test_git_calls_it_as_its_driver(branches: Branches, bodega_driver: str):
    (branches.folder / ".gitattributes").write_text("pylock*.toml merge=bodega\n")
    branches.git("config", "merge.bodega.driver", bodega_driver)
    branches.fork(("a<2",), ("a<2", "b"), ("a<2", "c"))
    branches.git("merge", "other", "-m", "both")
    branches.run("lock", "--check", "a<2", "b", "c")


@pytest.fixture
def bodega_driver() -> str:
    return f"{sys.executable} -m bodega lock merge --base %O --ours %A --theirs %B -o %A %P"


def test_without_an_index_only_what_fits_is_put_together(branches: Branches):
    branches.fork(("a<2",), ("a<2", "b"), ("a<2", "c"))
    branches.git("merge", "other", code=1)
    branches.upstream.die()
    done = branches.run("lock", "merge", "--refresh-package", ":all:", PIP_RETRIES="0")
    assert "no index could be asked: put together" in done.stderr
    text = (branches.folder / "pylock.toml").read_text()
    assert all(f'name = "{name}"' in text for name in "abc")
