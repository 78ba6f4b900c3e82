"""A project's lock stays what it is for when it is made again, and ``sync --locked`` refuses a stale one."""

import json
import tomllib

import pytest

from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """
[project]
name = "demo"
version = "1"
requires-python = ">=3.9"
dependencies = ["alpha"]
[project.optional-dependencies]
fast = ["delta"]
[dependency-groups]
dev = ["gamma"]
docs = ["writer"]
"""
WIDE = (
    "--universal",
    "--platform",
    "linux-x86_64",
    "--platform",
    "windows-x86_64",
    "--python-version",
    "3.12",
)


@pytest.fixture
def index():
    with Upstream() as index:
        table = {"alpha": {"1.0": ["beta; sys_platform == 'win32'"]}, "beta": {"1.0": []}}
        offer(index, {**table, "gamma": {"1.0": []}, "delta": {"1.0": []}, "writer": {"1.0": []}})
        yield index


@pytest.fixture
def project(tmp_path, index):
    return Project(tmp_path, index.root, TEXT)


def ours(project: Project) -> dict[str, object]:
    return tomllib.loads(project.lock.read_text(encoding="utf-8"))["tool"]["bodega"]


def test_a_universal_lock_stays_one_until_it_is_let_go(project):
    project.run("lock", *WIDE)
    text = project.lock.read_text()
    assert project.run("lock", "--check").stderr == "pylock.toml is current\n"
    assert project.run("lock").stderr == (
        "note: for linux-x86_64, windows-x86_64, Python 3.12, as the lock is; --no-universal lets go of that\n"
        "3 projects locked in pylock.toml, solved for 2 environments\n"
    )
    assert project.lock.read_text() == text
    project.run("lock", "-U")
    assert project.lock.read_text() == text
    project.run("lock", "--platform", "macos-arm64", "--python-version", "3.13")
    assert (ours(project)["platforms"], ours(project)["pythons"]) == (["macos-arm64"], ["3.13"])
    assert "note: " not in project.run("lock", "--no-universal").stderr
    assert "platforms" not in ours(project)
    assert "beta" not in project.locked


def test_the_parts_of_a_lock_stay_until_others_are_asked_for(project):
    project.run("lock", "--extra", "fast", "--group", "docs")
    text = project.lock.read_text()
    project.run("lock", "--check")
    project.run("lock")
    assert project.lock.read_text() == text
    project.file.write_text(TEXT.replace('fast = ["delta"]', ""))
    project.run("lock")
    assert set(project.locked) == {"alpha", "gamma", "writer"}
    project.run("lock", "--no-default-groups")
    assert set(project.locked) == {"alpha"}
    project.run("lock")
    assert set(project.locked) == {"alpha"}
    project.run("lock", "--default-parts")
    assert set(project.locked) == {"alpha", "gamma"}


def test_a_broken_lock_is_replaced_by_an_upgrade_alone(project):
    project.lock.write_text("x = [\n")
    assert "error[E-LOCK-UNREADABLE]" in project.run("lock", code=1).stderr
    project.run("lock", "-U")
    assert set(project.locked) == {"alpha", "gamma"}


@pytest.mark.parametrize("words", [(), WIDE, ("--extra", "fast", "--no-default-groups")])
def test_sync_refuses_a_stale_lock_where_it_is_asked_to(project, words):
    project.run("venv", "--no-pip")
    project.run("lock", *words)
    elsewhere = ("--platform", "linux-x86_64", "--python-version", "3.12") if words == WIDE else ()
    synced = ("sync", "--locked", "--python", ".venv")
    if words != WIDE:
        assert "+ alpha 1.0" in project.run(*synced).stdout
        assert json.loads(project.run(*synced, "--json").stdout)["changes"] == []
    project.file.write_text(TEXT.replace('"alpha"', '"alpha", "writer"'))
    before = project.run("list", "--python", ".venv").stdout
    done = project.run(*synced, code=1)
    assert "+ requirement: writer\n" in done.stdout
    assert "pylock.toml is not what it would be; `bodega lock` writes it anew\n" in done.stderr
    assert project.run("list", "--python", ".venv").stdout == before
    document = json.loads(project.run(*synced, "--json", code=1).stdout)
    assert document["current"] is False
    assert "writer" not in project.run("sync", "--python", ".venv", "--dry-run", *elsewhere).stdout
    project.run("lock")
    assert project.run(*synced, "--dry-run", *elsewhere).returncode == 0


def test_only_a_lock_beside_a_project_can_be_held_against_one(project):
    project.run("venv", "--no-pip")
    (project.folder / "uv.lock").write_text("version = 1\n")
    assert "--locked holds a pylock.toml" in project.run("sync", "uv.lock", "--locked", code=2).stderr
