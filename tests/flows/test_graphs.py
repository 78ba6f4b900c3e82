"""tree and why: who requires whom, in an environment and in a lock."""

import json

import pytest

from support.projects import Project, offer
from support.upstream import Upstream

TEXT = """\
[project]
name = "demo"
version = "1"
dependencies = ["alpha[fast]>=1"]
[dependency-groups]
dev = ["gamma"]
"""
TABLE = {
    "alpha": {"1.0": ["extra:fast", "delta>=1; extra == 'fast'", "beta<3", "nope; sys_platform == 'x'"]},
    "beta": {"1.0": ["gamma"], "2.0": ["gamma>=0.5"]},
    "gamma": {"1.0": ["beta"]},
    "delta": {"1.0": []},
    "other": {"1.0": []},
}
TREE = """\
alpha[fast] 1.0 [>=1]
├── beta 2.0 [<3]
│   └── gamma 1.0 [>=0.5]
│       └── beta 2.0 (circle)
└── delta 1.0 [>=1]
gamma 1.0 (*)
"""


@pytest.fixture
def project(tmp_path):
    with Upstream() as index:
        offer(index, TABLE)
        project = Project(tmp_path, index.root, TEXT)
        project.run("venv")
        project.run("lock")
        project.run("sync")
        yield project


@pytest.mark.parametrize("words", [(), ("--lock", "pylock.toml")])
def test_a_tree_from_what_was_asked_for(project, words):
    done = project.run("tree", *words)
    assert done.stdout == TREE
    assert done.stderr == "(*) what it requires is drawn above; --no-dedupe draws it again\n"
    again = project.run("tree", *words, "--no-dedupe").stdout
    assert again.endswith("gamma 1.0\n└── beta 2.0\n    └── gamma 1.0 [>=0.5] (circle)\n")


def test_a_tree_from_below(project):
    assert project.run("tree", "--invert", "delta").stdout == "delta 1.0\n└── alpha 1.0 [>=1]\n"
    assert project.run("tree", "--invert", "delta", "--extras").stdout == (
        "delta 1.0\n└── alpha 1.0 [>=1; extra == 'fast']\n"
    )
    assert project.run("tree", "alpha", "--depth", "1").stdout == (
        "alpha 1.0\n├── beta 2.0 [<3]\n└── delta 1.0 [>=1]\n"
    )
    assert "--invert takes the name" in project.run("tree", "--invert", code=2).stderr


def test_a_terminal_without_such_letters_gets_others(project, monkeypatch):
    from bodega.cli.tree_drawing import Branch, Style, tree_lines
    from bodega.installer.commands.dependency_graph import Graph, Need, Release

    packages = {name: Release(key=name, name=name, version="1") for name in "ab"}
    need = Need(name="b", text="b", to="b")
    graph = Graph(packages, {"a": (need,), "b": ()}, ())
    root = Branch("a", Need(name="a", text="a", to="a"))
    lines = tree_lines(
        graph, [root], lambda key: [Branch("b", need)] if key == "a" else [], Style(encoding="ascii")
    )
    assert list(lines) == ["a 1", "`-- b 1"]


def test_sizes_are_shown(project):
    for words in ((), ("--lock", "pylock.toml")):
        assert "delta 1.0 (" in project.run("tree", "--sizes", *words).stdout
        assert "(? kB)" not in project.run("tree", "--sizes", *words).stdout


def test_other_forms_for_programs(project):
    said = json.loads(project.run("tree", "alpha", "--depth", "1", "--format", "json").stdout)
    assert [one["key"] for one in said["packages"]] == ["alpha", "beta", "delta"]
    assert said["packages"][0]["requires"][1] == {
        "name": "delta",
        "requirement": "delta>=1; extra == 'fast'",
        "package": "delta",
        "satisfied": True,
    }
    assert (
        "    n0 -->|\"&gt;=1; extra == 'fast'\"| n2"
        in project.run("tree", "alpha", "--format", "mermaid").stdout
    )
    assert (
        '"alpha" -> "delta" [label=">=1; extra == \'fast\'"];'
        in project.run("tree", "alpha", "--format", "dot").stdout
    )


def test_what_is_broken_is_marked(project):
    project.run("uninstall", "-y", "gamma")
    project.run("install", "--no-deps", "beta==1.0", "other")
    assert project.run("tree").stdout == (
        "alpha[fast] 1.0 [>=1]\n├── beta 1.0 [<3]\n│   └── gamma (missing)\n└── delta 1.0 [>=1]\n"
        "beta 1.0 (*)\ngamma (missing)\nother 1.0\n"
    )


@pytest.mark.parametrize("words", [(), ("--lock", "pylock.toml")])
def test_why_something_is_there_and_what_would_drop_it(project, words):
    done = project.run("why", "Delta", *words)
    assert done.stdout == (
        "delta 1.0 is there, because of:\n"
        "  alpha[fast]>=1 (pyproject.toml, project.dependencies)\n"
        "    alpha 1.0 requires delta >=1; extra == 'fast'\n"
        "it would go with alpha[fast]>=1 (pyproject.toml, project.dependencies)\n"
    )
    said = json.loads(project.run("why", "gamma", "--json", *words).stdout)
    assert [[need["name"] for need in path] for path in said["paths"]] == [
        ["gamma"],
        ["alpha", "beta", "gamma"],
    ]
    assert said["drop"] == ["gamma", "alpha[fast]>=1"]


def test_what_is_not_there_is_said_with_what_is_near(project):
    done = project.run("why", "gama", code=1)
    assert "gama is not in the environment" in done.stderr
    assert "the nearest is 'gamma'" in done.stderr
    assert "is not in pylock.toml" in project.run("tree", "zzz", "--lock", "pylock.toml", code=1).stderr


def test_a_lock_of_another_tool_has_names_alone(project):
    lock = project.folder / "pylock.other.toml"
    packages = [("b", "1", ""), ("a", "1", 'dependencies = [{ name = "b" }]\n'), ("b", "2", "")]
    lock.write_text(
        'lock-version = "1.0"\ncreated-by = "x"\n'
        + "".join(
            f'[[packages]]\nname = "{name}"\nversion = "{version}"\n{more}'
            f'archive = {{ url = "https://example.org/x.zip", hashes = {{ sha256 = "00" }} }}\n'
            for name, version, more in packages
        )
    )
    project.file.unlink()
    done = project.run("tree", "--lock", str(lock))
    assert done.stdout == "a 1 [nothing here requires it]\n" or done.stdout.startswith(
        "a 1\n├── b 1\n└── b 2\n"
    )


def test_without_an_environment_the_lock_is_looked_at(project):
    import shutil

    shutil.rmtree(project.folder / ".venv")
    assert project.run("tree").stdout == TREE
    project.lock.unlink()
    assert project.run("tree", code=1).stderr.startswith("error[E-NO-ENVIRONMENT")


@pytest.mark.parametrize("words", [(), ("--lock", "pylock.toml")])
def test_what_nobody_had_to_ask_for_is_not_missing(project, words):
    more = '[project.optional-dependencies]\nmore = ["other", "delta"]\n'
    project.file.write_text(TEXT + "docs = ['other']\n" + more)
    assert project.run("tree", *words).stdout.replace("delta 1.0 [>=1]\ngamma", "gamma") == TREE.replace(
        "gamma 1.0 (*)", "delta 1.0\ngamma 1.0 (*)"
    )
    project.file.write_text(TEXT.replace('"gamma"', '"gamma", "other"'))
    assert "other (missing)" in project.run("tree", *words).stdout


def test_what_an_installed_project_requires_is_drawn_below_it_alone(project, tmp_path):
    from support.distributions import write_wheel

    wheel = write_wheel(tmp_path, "demo", "1", metadata="Requires-Dist: alpha[fast]>=1\n")
    project.run("install", str(wheel))
    assert [line for line in project.run("tree").stdout.splitlines() if line[0].isalpha()] == [
        "demo 1",
        "gamma 1.0 (*)",
    ]


def test_what_packages_say_cannot_steer_the_terminal(project, tmp_path):
    from support.distributions import write_wheel

    evil = write_wheel(tmp_path, "evil", "1", metadata='Requires-Dist: beta; os_name != "\x1b[31m"\n')
    project.run("install", "--no-deps", str(evil))
    for words in (
        ("tree", "evil"),
        ("tree", "--invert", "beta"),
        ("why", "beta"),
        ("tree", "--format", "dot"),
    ):
        assert "\x1b" not in project.run(*words).stdout
    assert 'beta 2.0 [os_name != "?[31m"]' in project.run("tree", "evil").stdout


def test_a_lock_of_many_packages_is_drawn_in_time(project):
    import time

    count = 20_000
    lock = project.folder / "pylock.large.toml"
    lock.write_text(
        'lock-version = "1.0"\ncreated-by = "x"\n'
        + "".join(
            f'[[packages]]\nname = "p{n}"\nversion = "1"\ndependencies = [{{ name = "p{n + 1}" }}]\n'
            'archive = { url = "https://example.org/x.zip", hashes = { sha256 = "00" } }\n'
            for n in range(count)
        )
    )
    started = time.monotonic()
    assert project.run("tree", "p0", "--depth", "1", "--lock", str(lock)).stdout == "p0 1\n└── p1 1\n"
    assert time.monotonic() - started < 60
