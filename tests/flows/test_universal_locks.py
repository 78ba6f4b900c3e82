"""One lock for many machines, with extras and groups to choose from: made by us, installed by us, uv and pip."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.pylock import Pylock

from support.peers import program
from support.projects import Project, offer
from support.universal import environments, markers_of, selected
from support.upstream import Upstream

TEXT = """\
[project]
name = "demo"
version = "1"
requires-python = ">=3.10"
dependencies = ["app"]
[project.optional-dependencies]
cpu = ["engine<2"]
gpu = ["engine>=2"]
pretty = ["colour"]
all = ["demo[pretty,cpu]"]
[dependency-groups]
dev = ["checker"]
docs = ["writer", {include-group = "dev"}]
[tool.bodega]
platforms = ["linux-x86_64", "macos-arm64", "windows-x86_64"]
pythons = ["3.10", "3.11", "3.12"]
conflicts = [["extra:cpu", "extra:gpu"], ["extra:all", "extra:gpu"]]
"""
TABLE = {
    "app": {"1.0": ["shim; python_version < '3.11'", "tray; sys_platform == 'win32'", "base"]},
    "base": {"1.0": [], "2.0": []},
    "shim": {"1.0": []},
    "tray": {"1.0": ["base<2"]},
    "engine": {"1.5": [], "2.5": []},
    "colour": {"1.0": []},
    "checker": {"1.0": []},
    "writer": {"1.0": []},
}
PARTS = ("--all-extras", "--all-groups")


@pytest.fixture
def index():
    with Upstream() as index:
        offer(index, TABLE)
        yield index


@pytest.fixture
def project(index, tmp_path) -> Project:
    return Project(tmp_path, index.root, TEXT)


def test_a_project_is_locked_for_the_machines_that_it_names(project):
    project.run("lock", *PARTS)
    document = tomllib.loads(project.lock.read_text())
    Pylock.from_dict(document).validate()
    assert len(document["environments"]) == 3
    assert document["requires-python"] == ">=3.10,<3.13"
    assert document["extras"] == ["all", "cpu", "gpu", "pretty"]
    assert (document["dependency-groups"], document["default-groups"]) == (["docs"], ["dev"])
    assert markers_of(document, "shim") == {"1.0": "python_version < '3.11'"}
    assert markers_of(document, "tray") == {"1.0": "sys_platform == 'win32'"}
    assert markers_of(document, "base") == {
        "1.0": "sys_platform == 'win32'",
        "2.0": "sys_platform != 'win32'",
    }
    assert markers_of(document, "engine") == {
        "1.5": "'all' in extras or 'cpu' in extras",
        "2.5": "'gpu' in extras",
    }
    assert markers_of(document, "colour") == {"1.0": "'all' in extras or 'pretty' in extras"}
    assert markers_of(document, "checker") == {
        "1.0": "'dev' in dependency_groups or 'docs' in dependency_groups"
    }
    before = project.lock.read_bytes()
    project.run("lock", *PARTS)
    assert project.lock.read_bytes() == before
    project.run("lock", *PARTS, "--check")


@pytest.mark.parametrize("words", [(), ("--extra", "cpu"), ("--extra", "gpu", "--group", "docs")])
def test_sync_elsewhere_says_what_packaging_chooses(project, words):
    project.run("lock", *PARTS)
    document = tomllib.loads(project.lock.read_text())
    extras = [word for word in words if word in ("cpu", "gpu")]
    groups = ["dev", *(word for word in words if word == "docs")]
    for platform in ("linux-x86_64", "macosx_14_0_arm64", "win_amd64"):
        for python in ("3.10", "3.12"):
            (environment, tags), *_ = environments((platform,), (python,))
            machine = ("--platform", platform, "--python-version", python, "--only-binary", ":all:")
            done = project.run("sync", "--dry-run", "--json", *machine, *words, "--python", sys.executable)
            changes = json.loads(done.stdout)["changes"]
            there = {one["name"]: one["after"] for one in changes if one["after"] and one["name"] in TABLE}
            assert there == selected(document, environment, tags, extras=extras, groups=groups)


def test_what_cannot_be_together_is_refused_with_words(project):
    project.run("lock", *PARTS)
    done = project.run(
        "sync", "--dry-run", "--extra", "cpu", "--extra", "gpu", "--python", sys.executable, code=2
    )
    assert "the extra 'cpu' and the extra 'gpu' cannot be installed together" in done.stderr
    assert (
        "no extra 'tpu'" in project.run("sync", "--extra", "tpu", "--python", sys.executable, code=2).stderr
    )
    project.run("sync", "--platform", "windows-x86_64", "--python", sys.executable, code=2)


def test_an_undeclared_conflict_names_the_setting(project):
    project.file.write_text(TEXT.partition("conflicts")[0])
    done = project.run("lock", "--extra", "cpu", "--extra", "gpu", code=3)
    assert "for Python 3.12 on linux-x86_64: " in done.stderr
    assert "try: declare that they conflict" in done.stderr
    assert 'conflicts = [["extra:cpu", "extra:gpu"]] in [tool.bodega]' in done.stderr


def test_an_earlier_lock_is_kept_in_each_environment(project, index):
    project.run("lock")
    offer(index, {"base": {"2.5": []}, "shim": {"1.5": []}})
    project.run("lock", "--upgrade-package", "shim", "--refresh-package", ":all:")
    document = tomllib.loads(project.lock.read_text())
    assert set(markers_of(document, "base")) == {"1.0", "2.0"}
    assert set(markers_of(document, "shim")) == {"1.5"}
    project.run("lock", "--upgrade")
    assert set(markers_of(tomllib.loads(project.lock.read_text()), "base")) == {"1.0", "2.5"}


def test_wrong_names_are_told_and_nothing_is_written(project):
    project.run("lock", "--platform", "amiga", code=2)
    project.run("lock", "--python-version", "2.7", code=2)
    assert "no extra 'tpu'" in project.run("lock", "--extra", "tpu", code=2).stderr
    done = project.run("lock", "app", "--all-extras", code=2)
    assert "--all-extras is about a project, and requirements were named" in done.stderr
    assert not project.lock.exists()


@pytest.mark.peers
@pytest.mark.parametrize("client", ["uv", "pip"])
def test_other_clients_install_the_right_set(project, index, tmp_path, client):
    project.run("lock", *PARTS)
    place = tmp_path / "there"
    words = {
        "uv": [program("uv"), "pip", "install", "--target", str(place), "-r", str(project.lock)],
        "pip": [sys.executable, "-m", "pip", "install", "--target", str(place), "-r", str(project.lock)],
    }[client]
    done = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (environment, tags), *_ = environments(("linux-x86_64",), (f"3.{sys.version_info[1]}",))
    document = tomllib.loads(project.lock.read_text())
    assert installed(place) == selected(document, environment, tags)


def installed(place: Path) -> dict[str, str]:
    return dict(one.name.removesuffix(".dist-info").split("-") for one in place.glob("*.dist-info"))
