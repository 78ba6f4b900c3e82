"""Where a working copy came from."""

import shutil
import subprocess
from pathlib import Path

import pytest

from bodega.installer.environments.checkout import checkout_at

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=n", "-c", "user.email=e@example.org", *words]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def copy(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "pyproject.toml").touch()
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return tmp_path


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("https://example.org/p.git", "https://example.org/p.git"),
        ("git@example.org:team/p.git", "ssh://git@example.org/team/p.git"),
        ("no such place", None),
    ],
)
def test_a_remote_that_others_reach_makes_a_requirement(copy, remote, url):
    git(copy, "remote", "add", "origin", remote)
    found = checkout_at(str(copy / "below"))
    assert (found.url, found.remote, found.subdirectory) == (url, remote, "below")
    if url:
        expected = f"git+{url}@{git(copy, 'rev-parse', 'HEAD')}#egg=my_project&subdirectory=below"
        assert found.requirement("my-project") == expected


def test_without_a_remote_there_is_no_url(copy):
    found = checkout_at(str(copy / "below"))
    assert (found.url, found.remote) == (None, None)


def test_no_working_copy_is_none(tmp_path):
    assert checkout_at(str(tmp_path)) is None
