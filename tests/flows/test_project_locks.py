"""A project's lock: what its pyproject.toml asks for, and what stays when it is made again."""

import os
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
dev = ["gamma", "demo[fast]"]
docs = ["delta<2"]
[tool.bodega]
constraints = ["beta<3"]
"""


@pytest.fixture
def index():
    with Upstream() as index:
        offer(
            index,
            {
                "alpha": {"1.0": ["beta"], "2.0": ["beta>=1"]},
                "beta": {"1.0": [], "2.0": [], "3.0": []},
                "gamma": {"1.0": []},
                "delta": {"1.0": [], "2.0": []},
            },
        )
        yield index


@pytest.fixture
def project(tmp_path, index):
    return Project(tmp_path, index.root, TEXT)


def test_dependencies_and_default_groups_are_locked(project):
    done = project.run("lock")
    assert project.locked == {"alpha": "2.0", "beta": "2.0", "gamma": "1.0", "delta": "2.0"}
    assert done.stderr == "4 projects locked in pylock.toml\n"
    document = tomllib.loads(project.lock.read_text())
    assert document["tool"]["bodega"]["requirements"] == ["alpha", "delta", "gamma"]
    # Who requires whom stands there as it was written, for `why` and `tree`.
    assert document["packages"][0]["tool"]["bodega"] == {"requires": ["beta>=1"]}


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--no-default-groups",), {"alpha", "beta"}),
        (("--no-default-groups", "--extra", "fast"), {"alpha", "beta", "delta"}),
        (("--only-group", "docs"), {"delta"}),
        (("--all-extras", "--no-default-groups"), {"alpha", "beta", "delta"}),
        (("--all-groups",), {"alpha", "beta", "gamma", "delta"}),
    ],
)
def test_parts_can_be_chosen(project, words, names):
    project.run("lock", *words)
    assert set(project.locked) == names


def test_what_is_locked_stays_until_it_is_to_move(project, index):
    project.run("lock")
    offer(index, {"alpha": {"3.0": ["beta"]}, "gamma": {"2.0": []}})
    project.run("lock", "--refresh-package", ":all:")
    assert project.locked["alpha"] == "2.0"
    project.run("lock", "-P", "Alpha")
    assert (project.locked["alpha"], project.locked["gamma"]) == ("3.0", "1.0")
    project.run("lock", "-U")
    assert project.locked["gamma"] == "2.0"


def test_a_folder_inside_locks_the_project_above(project):
    inside = project.folder / "src"
    inside.mkdir()
    above, project.folder = project.folder, inside
    done = project.run("lock")
    assert done.stderr == f"4 projects locked in ..{os.sep}pylock.toml\n"
    assert (above / "pylock.toml").exists()


def test_what_cannot_be_is_said_with_where_it_stands(project):
    project.file.write_text(TEXT.replace('"alpha"', '"alpha>=2"').replace('"gamma"', '"alpha<2"'))
    done = project.run("lock", code=3)
    assert "pyproject.toml, project.dependencies" in done.stderr
    assert "pyproject.toml, dependency-groups.dev" in done.stderr
    assert not project.lock.exists()


def test_settings_of_the_project_count(project):
    settings = 'resolution = "lowest"\nexclude-dependencies = ["beta"]\ndefault-groups = []\n'
    project.file.write_text(TEXT + settings)
    project.run("lock")
    assert project.locked == {"alpha": "1.0"}
    project.run("lock", "-U", "--resolution", "highest")
    assert project.locked == {"alpha": "2.0"}


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        (TEXT.replace(">=3.9", ">=3.99"), (), 3, "is for Python >=3.99, and this is Python"),
        (TEXT, ("--extra", "fats"), 2, "the nearest is 'fast'"),
        ("[tool.bodega]\noverride = []\n", (), 2, "the nearest is 'overrides'"),
        ("[project\n", (), 1, "it is not TOML"),
    ],
)
def test_what_is_wrong_is_said(project, text, words, code, said):
    project.file.write_text(text)
    assert said in project.run("lock", *words, code=code).stderr
    assert not project.lock.exists()


def test_without_a_project_there_is_nothing_to_lock(project):
    project.file.unlink()
    assert "there is no pyproject.toml in" in project.run("lock", code=2).stderr


def test_files_of_constraints_and_overrides_count(project):
    (project.folder / "limits.txt").write_text("alpha<2\n")
    (project.folder / "instead.txt").write_text("beta==3.0\n")
    project.run("lock", "-c", "limits.txt")
    assert project.locked["alpha"] == "1.0"
    assert "beta<3" in project.run("lock", "-U", "--override", "instead.txt", code=3).stderr
    project.file.write_text(TEXT.replace("beta<3", "gamma<3"))
    project.run("lock", "-U", "--override", "instead.txt")
    assert (project.locked["alpha"], project.locked["beta"]) == ("2.0", "3.0")


def test_one_project_is_one(project):
    assert project.run("lock", "beta").stderr == "1 project locked in pylock.toml\n"


def test_a_lock_that_cannot_be_read_stays_and_the_hint_works(project):
    project.lock.write_text("")
    assert "bodega lock -U" in project.run("lock", code=1).stderr
    assert project.lock.read_text() == ""
    project.run("lock", "-U")
    assert project.locked["alpha"] == "2.0"


def test_a_pin_to_no_url_is_refused_with_what_it_may_be(project):
    done = project.run("lock", "alpha", "--index-pin", "alpha=ftp://index.example.org/", code=2)
    assert "begins with https://, http:// or file:" in done.stderr


def test_a_requirements_file_has_no_parts(project):
    (project.folder / "requirements.txt").write_text("gamma==1.0\n")
    done = project.run("sync", "requirements.txt", "--extra", "fast", "--dry-run", code=2)
    assert "--extra cannot be used here" in done.stderr
