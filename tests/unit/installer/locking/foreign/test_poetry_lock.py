import tomllib

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.poetry_lock import read_poetry
from bodega.installer.locking.foreign.values import ForeignLock, LockChoice
from support.memory_index import TARGET


def entry(name, more="", version="1", groups='groups = ["main"]\n', files=True):
    file = f'{{file = "{name}-{version}-py3-none-any.whl", hash = "sha256:{"0" * 64}"}}'
    listed = f"files = [{file}]\n" if files else ""
    return f'[[package]]\nname = "{name}"\nversion = "{version}"\noptional = false\npython-versions = "*"\n{groups}{listed}{more}'


def meta(version="2.1", python=">=3.8"):
    return f'[metadata]\nlock-version = "{version}"\npython-versions = "{python}"\ncontent-hash = "x"\n'


def names(text, project="", **choice):
    return [one["name"] for one in chosen(text, project, **choice).entries]


def chosen(text, project="", **choice):
    wanted = {key: frozenset(map(NormalizedName, value)) for key, value in choice.items()}
    lock = ForeignLock(
        path="poetry.lock",
        document=tomllib.loads(text),
        project=tomllib.loads(project),
        target=TARGET,
        choice=LockChoice(**wanted),
    )
    return read_poetry(lock)


NEW = (
    entry("app")
    + entry("winner", "markers = \"sys_platform == 'win32'\"\n")
    + entry("site", "markers = \"extra == 'web'\"\n")
    + entry("check", groups='groups = ["dev"]\n')
    + entry("paper", groups='groups = ["docs"]\n')
    + entry(
        "both",
        groups='groups = ["main", "dev"]\nmarkers = {main = "sys_platform == \'win32\'", dev = "python_version >= \'3.9\'"}\n',
    )
    + meta()
)
OPTIONAL = "[tool.poetry.group.docs]\noptional = true\n"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, ["app", "check", "both"]),
        ({"extras": ("web",)}, ["app", "site", "check", "both"]),
        ({"groups": ()}, ["app"]),
        ({"groups": ("docs",)}, ["app", "paper"]),
    ],
)
def test_groups_and_markers_of_new_locks_decide(choice, expected):
    assert names(NEW, OPTIONAL, **choice) == expected


PROJECT = """[tool.poetry]
name = "mine"
[tool.poetry.dependencies]
python = "^3.8"
app = {version = "^1.0", extras = ["fast"]}
winner = {version = "*", markers = "sys_platform == 'win32'"}
old = {version = "*", python = "<3.9"}
fork = [{version = "~1.0", python = "<3.9"}, {version = "^2", python = ">=3.9"}]
site = {version = "*", optional = true}
[tool.poetry.extras]
web = ["site"]
[tool.poetry.group.test.dependencies]
check = "*"
[build-system]
requires = []
"""
OLD = (
    entry(
        "app",
        '[package.dependencies]\nleaf = ">=1"\nspeed = {version = "*", optional = true, markers = "extra == \\"fast\\""}\n[package.extras]\nfast = ["speed (>=1)"]\n',
        groups="",
    )
    + "".join(entry(name, groups="") for name in ("leaf", "speed", "winner", "old", "site", "check"))
    + entry("fork", groups="", version="1.0.5")
    + entry("fork", groups="", version="2.3")
    + meta("2.0")
)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({}, ["app", "leaf", "speed", "check", "fork", "mine"]),
        ({"extras": ("web",), "groups": ()}, ["app", "leaf", "speed", "site", "fork", "mine"]),
    ],
)
def test_old_locks_are_walked_from_the_project(choice, expected):
    found = chosen(OLD, PROJECT, **choice)
    assert [one["name"] for one in found.entries] == expected
    assert [one["version"] for one in found.entries if one["name"] == "fork"] == ["2.3"]


def test_files_of_poetry_1_0_stand_in_the_metadata():
    text = (
        entry("app", 'category = "main"\n', groups="", files=False)
        + meta("1.1")
        + "[metadata.files]\napp = ["
    )
    text += f'{{file = "app-1.tar.gz", hash = "sha256:{"0" * 64}"}}]\n'
    project = '[tool.poetry]\nname = "m"\n[tool.poetry.dependencies]\napp = "1"\n'
    (one,) = chosen(text, project).entries
    assert one["sdist"]["name"] == "app-1.tar.gz"


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        (
            f'type = "git"\nurl = "https://h.example/x"\nreference = "main"\nresolved_reference = "{"a" * 40}"\n',
            "vcs",
            {
                "type": "git",
                "url": "https://h.example/x",
                "commit-id": "a" * 40,
                "requested-revision": "main",
            },
        ),
        ('type = "directory"\nurl = "lib"\n', "directory", {"path": "lib"}),
        ('type = "file"\nurl = "x-1.whl"\n', "archive", {"path": "x-1.whl", "hashes": {"sha256": "0" * 64}}),
        (
            'type = "url"\nurl = "https://h/x-1.whl"\n',
            "archive",
            {"url": "https://h/x-1.whl", "hashes": {"sha256": "0" * 64}},
        ),
        ('type = "legacy"\nurl = "https://h/simple"\n', "index", "https://h/simple/"),
    ],
)
def test_every_kind_of_source_is_read(source, kind, value):
    (one,) = chosen(entry("lib", f"[package.source]\n{source}") + meta()).entries
    assert one[kind] == value


def test_a_project_without_package_mode_is_not_installed():
    assert names(OLD, PROJECT.replace('name = "mine"', 'name = "mine"\npackage-mode = false'))[-1] == "fork"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (meta("3.0"), LockInvalidError),
        (meta(python=">=3.12"), LockUnfitError),
        (entry("a", groups="") + meta("2.0"), LockInvalidError),  # no pyproject.toml to walk from
        ("package = [1]\n" + meta(), LockInvalidError),
        (entry("lib", files=False) + meta(), LockUnfitError),
    ],
)
def test_what_cannot_be_used_is_refused(text, error):
    with pytest.raises(error):
        chosen(text)
