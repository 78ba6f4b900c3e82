"""upgrade, outdated and autoremove: what is newer, what keeps it out, and what nobody needs any more."""

import json

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """\
[project]
name = "demo"
version = "1"
dependencies = [
    "alpha<2", # the old one
    "gamma",
]
"""
OLD = {"alpha": {"1.0": ["beta<2"]}, "beta": {"1.0": []}, "gamma": {"1.0": []}}
NEW = {
    "alpha": {"1.1": ["beta<2"], "2.0": ["beta"]},
    "beta": {"1.5": [], "2.0": []},
    "gamma": {"1.1": []},
}
FRESH = ("--refresh-package", ":all:")


@pytest.fixture
def index():
    with Upstream() as index:
        offer(index, OLD)
        yield index


@pytest.fixture
def project(tmp_path, index):
    project = Project(tmp_path, index.root, TEXT)
    project.run("venv")
    project.run("lock")
    project.run("sync")
    offer(index, NEW)
    return project


def test_what_is_locked_moves_within_the_bounds(project):
    done = project.run("upgrade", *FRESH)
    assert done.stdout == "  ~ alpha 1.0 -> 1.1\n  ~ beta 1.0 -> 1.5\n  ~ gamma 1.0 -> 1.1\n"
    assert project.text == TEXT
    assert "alpha==1.1" in project.run("freeze").stdout
    again = project.run("upgrade")
    assert again.stdout == ""
    assert "nothing is newer" in again.stderr


def test_one_moves_and_the_others_stay(project):
    project.run("upgrade", "Gamma", *FRESH)
    assert project.locked == {"alpha": "1.0", "beta": "1.0", "gamma": "1.1"}
    assert "the nearest is 'gamma'" in project.run("upgrade", "gama", code=1).stderr


def test_bounds_are_widened_where_that_is_wished(project):
    dry = project.run("upgrade", "--latest", "--dry-run", *FRESH)
    assert "~ alpha<2 -> alpha<3  (project.dependencies)" in dry.stdout
    assert project.text == TEXT
    project.run("upgrade", "--edit-bounds", "alpha")
    assert project.text == TEXT.replace('"alpha<2", #', '"alpha<3", #')
    assert project.locked == {"alpha": "2.0", "beta": "1.0", "gamma": "1.0"}
    said = json.loads(project.run("upgrade", "--json").stdout)
    assert said["locked"][0] == {"name": "beta", "before": "1.0", "after": "2.0"}


def test_what_keeps_the_newest_out_is_said(project, index):
    content = wheel_bytes("gamma", "1.2")
    index.add("gamma", wheel_filename("gamma", "1.2"), content, yanked="it eats files")
    content = wheel_bytes("beta", "3.0")
    index.add("beta", wheel_filename("beta", "3.0"), content, **{"requires-python": ">=3.99"})
    done = project.run("outdated", *FRESH)
    lines = [" ".join(line.split()).split(" ", 3) for line in done.stdout.splitlines()]
    assert lines[0] == ["Project", "Current", "Allowed", "Newest"]
    assert lines[1] == ["alpha", "1.0", "1.1", "2.0 ! pyproject.toml, project.dependencies requires alpha<2"]
    assert lines[2][:3] == ["beta", "1.0", "1.5"]
    assert lines[2][3].startswith("3.0 ! 3.0: Python >=3.99 is required")
    assert done.stdout.splitlines()[3].strip() == "alpha 1.0 requires beta<2"
    assert lines[4] == ["gamma", "1.0", "1.1", "1.2 1.2 is yanked: it eats files"]
    assert done.stderr == "3 of 3 in pylock.toml have newer releases\n"
    said = json.loads(project.run("outdated", "--environment", "--json").stdout)
    assert said["source"] == "the environment"
    assert said["outdated"][2] == {
        "name": "gamma",
        "current": "1.0",
        "allowed": "1.1",
        "newest": "1.2",
        "breaks": False,
        "reasons": [{"reason": "yanked", "detail": "1.2 is yanked: it eats files"}],
    }


def test_where_all_is_new_there_is_nothing_to_show(project):
    project.run("upgrade", "--latest", *FRESH)
    done = project.run("outdated")
    assert done.stdout == ""
    assert done.stderr == "0 of 3 in pylock.toml have newer releases\n"


def test_without_a_lock_and_an_environment_nothing_is_looked_at(tmp_path, index):
    project = Project(tmp_path, index.root, TEXT)
    for words in ((), ("--environment",), ("--json",)):
        done = project.run("outdated", *words, code=1)
        assert "E-NO-ENVIRONMENT" in done.stderr + done.stdout


def names(project):
    return [one["name"] for one in json.loads(project.run("list", "--format", "json").stdout)][:-1]


def test_what_is_left_over_goes_with_the_reason(tmp_path, index):
    project = Project(tmp_path, index.root, TEXT)
    project.file.unlink()
    project.run("venv")
    project.run("install", "alpha", "gamma")
    assert "nothing is left over" in project.run("autoremove").stderr
    project.run("uninstall", "-y", "alpha")
    refused = project.run("autoremove", code=2)
    assert "asks before it removes" in refused.stderr
    dry = project.run("autoremove", "--dry-run")
    assert dry.stdout == "- beta 1.0\n"
    assert "beta: nothing requires it" in dry.stderr
    done = project.run("autoremove", "-y", "--json")
    assert json.loads(done.stdout)["leftovers"] == [
        {"name": "beta", "version": "1.0", "why": "nothing requires it"}
    ]
    assert names(project) == ["gamma"]


def test_a_project_or_a_lock_can_say_what_is_needed(project):
    project.run("install", "delta", code=3)
    project.run("upgrade", "--latest", *FRESH)
    project.file.write_text(TEXT.replace('    "alpha<2", # the old one\n', ""))
    # alpha was installed by name, when it was asked for.
    assert "nothing is left over" in project.run("autoremove").stderr
    done = project.run("autoremove", "--project", "-y")
    assert done.stdout == "- alpha 2.0\n- beta 2.0\n"
    assert "alpha: nothing requires it\nbeta: only alpha required it, which goes too\n" in done.stderr
    assert names(project) == ["gamma"]
    assert "nothing is left over" in project.run("autoremove", "--lock", "pylock.toml").stderr


def test_where_nothing_is_marked_all_stays(tmp_path, index):
    project = Project(tmp_path, index.root, TEXT)
    project.file.unlink()
    project.run("venv")
    project.run("install", "alpha")
    for mark in project.folder.glob(".venv/lib/*/site-packages/*/REQUESTED"):
        mark.unlink()
    assert "all of it would go" in project.run("autoremove", "-y", code=4).stderr
    assert names(project) == ["alpha", "beta"]
