"""What a person, and a machine, reads of a conflict; and what stands in the way of a version."""

import json
import sys

import pytest

from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """
[project]
name = "demo"
version = "1"
requires-python = ">=3.9"
dependencies = ["flask<2"]
"""
OFFERED = {
    "flask": {"1.1": ["werkzeug<2"], "2.3": ["werkzeug>=2"], "3.0": ["werkzeug>=3"]},
    "werkzeug": {"1.0": [], "2.0": [], "3.0": []},
    "rich": {"1.0": []},
}
WORDS = """error[E-RESOLVE-NO-SOLUTION]: flask<2 needs werkzeug<2, and you asked for werkzeug>=3 (wanted.txt, line 2)

why: these take part:
  flask<2 is asked for (the command line)
    flask 1.1 requires werkzeug<2
  werkzeug>=3 is asked for (wanted.txt, line 2)

try: relax flask<2 to flask<3 (then flask 2.3, werkzeug 3.0)
 or: relax werkzeug>=3 (wanted.txt, line 2) to werkzeug>=1 (then werkzeug 1.0, flask 1.1)
"""


@pytest.fixture
def project(tmp_path):
    with Upstream() as index:
        offer(index, OFFERED)
        yield Project(tmp_path, index.root, TEXT)


def test_a_conflict_in_words_and_the_step_that_works(project):
    (project.folder / "wanted.txt").write_text("# ours\nwerkzeug>=3\n")
    done = project.run("lock", "flask<2", "-r", "wanted.txt", code=3)
    assert (done.stderr, done.stdout) == (WORDS, "")
    project.run("lock", "flask<3", "-r", "wanted.txt")
    assert project.locked == {"flask": "2.3", "werkzeug": "3.0"}


def test_a_conflict_as_one_document(project):
    for command in (("lock", "flask<2"), ("install", "--dry-run", "--python", sys.executable, "flask<2")):
        done = project.run(*command, "werkzeug>=3", "--json", code=3)
        assert done.stderr == ""
        document = json.loads(done.stdout)
        assert sorted(document) == ["conflict", "error", "not_offered", "relaxations", "version"]
        assert document["version"] == 1
        assert document["error"] == {
            "code": "E-RESOLVE-NO-SOLUTION",
            "what": "flask<2 needs werkzeug<2, and you asked for werkzeug>=3",
            "why": document["error"]["why"],
            "try": "relax flask<2 to flask<3 (then flask 2.3, werkzeug 3.0)",
        }
        assert len(document["conflict"]["facts"]) == 3
        assert [one["changes"][0]["replacement"] for one in document["relaxations"]] == [
            "flask<3",
            "werkzeug>=1",
        ]


def test_why_not_in_a_project(project):
    assert project.run("why-not", "flask").stdout == "flask is what is chosen: 1.1\n"
    done = project.run("why-not", "flask>=2")
    assert done.stdout.splitlines()[0] == (
        "flask>=2 cannot be: you asked for flask<2 (pyproject.toml, project.dependencies) and flask>=2, "
        "and no version of flask is both; chosen is 1.1"
    )
    assert done.stdout.splitlines()[-1].startswith(
        "try: relax flask<2 (pyproject.toml, project.dependencies) to flask<3 (then "
    )


def test_why_not_beside_what_is_named_and_what_would_change(project):
    assert project.run("why-not", "werkzeug<3", "flask").stdout.splitlines() == [
        "werkzeug<3 would work: nothing stands in the way; chosen is 3.0",
        "  ~ flask 3.0 -> 2.3",
        "  ~ werkzeug 3.0 -> 2.0",
    ]
    done = project.run("why-not", "rich", "flask", "--json")
    assert json.loads(done.stdout) == {
        "version": 1,
        "requirement": "rich",
        "verdict": "possible",
        "chosen": None,
        "changes": [{"name": "rich", "before": None, "after": "1.0"}],
    }


def test_why_not_of_what_is_not_offered_and_beside_a_lock(project):
    (project.folder / "pyproject.toml").unlink()
    project.run("lock", "flask<2")
    done = project.run("why-not", "werkzeug>=9")
    assert done.stdout.splitlines()[0] == (
        "werkzeug>=9 cannot be: you asked for werkzeug>=9, and there is no such version of werkzeug; "
        "chosen is 1.0"
    )
    document = json.loads(project.run("why-not", "werkzeug>=2", "--json").stdout)
    assert (document["verdict"], document["chosen"]) == ("impossible", "1.0")
    assert document["what"] == "flask<2 needs werkzeug<2, and you asked for werkzeug>=2"
    assert document["relaxations"][0]["changes"][0]["origin"] == "pylock.toml"


def test_why_not_without_a_question_and_with_nonsense(project):
    project.run("why-not", code=2)
    project.run("why-not", "flask = 1", code=2)
