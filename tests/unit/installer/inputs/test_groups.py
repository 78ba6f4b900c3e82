"""Dependency groups (PEP 735)."""

import pytest

from bodega.installer.inputs.errors import UnreadableInputError
from bodega.installer.inputs.groups import DependencyGroupError, read_group

GOOD = """
[dependency-groups]
test = ["pytest>8", {include-group = "Typing_Tools"}]
typing-tools = ["mypy"]
loop = [{include-group = "pool"}]
pool = [{include-group = "loop"}]
lost = [{include-group = "nowhere"}]
bad = [3]
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(GOOD)
    (tmp_path / "twice").mkdir()
    (tmp_path / "twice/pyproject.toml").write_text("[dependency-groups]\nA = ['x']\na = ['y']\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/pyproject.toml").write_text("[dependency-groups]\ndocs = ['sphinx']\n")
    return tmp_path


def test_a_group_with_what_it_includes():
    assert read_group("test") == ("pytest>8", "mypy")
    assert read_group("sub/pyproject.toml:docs") == ("sphinx",)


@pytest.mark.parametrize(
    "group", ["unknown", "loop", "lost", "bad", "twice/pyproject.toml:a", "pylock.toml:x"]
)
def test_what_cannot_be_used_says_why(group):
    with pytest.raises(DependencyGroupError) as failure:
        read_group(group)
    assert failure.value.why


def test_a_file_that_cannot_be_read(here):
    with pytest.raises(UnreadableInputError):
        read_group("nowhere/pyproject.toml:x")
    (here / "pyproject.toml").write_text("[")
    with pytest.raises(UnreadableInputError):
        read_group("x")
