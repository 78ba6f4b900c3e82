import tomllib

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.locking.errors import LockInvalidError, LockUnfitError
from bodega.installer.locking.foreign.pdm_lock import read_pdm
from bodega.installer.locking.foreign.values import ForeignLock, LockChoice
from support.memory_index import TARGET


def meta(strategy='"inherit_metadata"', version="4.5.1", python=">=3.10"):
    return (
        f'[metadata]\ngroups = ["default", "dev", "web"]\nstrategy = [{strategy}]\nlock_version = "{version}"\n'
        f'[[metadata.targets]]\nrequires_python = "{python}"\n'
    )


def entry(name, more='groups = ["default"]\n', version="1", place="file"):
    file = f"{name}-{version}-py3-none-any.whl"
    where = file if place == "file" else f"https://files.example.org/{file}"
    return (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\n{more}'
        f'files = [{{{place} = "{where}", hash = "sha256:{"0" * 64}"}}]\n'
    )


PROJECT = """[project]
name = "mine"
dependencies = ["app[fast]>=1"]
optional-dependencies = { web = ["site"] }
[dependency-groups]
dev = ["check; python_version >= '3.9'"]
"""


def chosen(text, project=PROJECT, **choice):
    wanted = {key: frozenset(map(NormalizedName, value)) for key, value in choice.items()}
    lock = ForeignLock(
        path="pdm.lock",
        document=tomllib.loads(text),
        project=tomllib.loads(project),
        target=TARGET,
        choice=LockChoice(**wanted),
    )
    return read_pdm(lock)


INHERITED = meta() + (
    entry("app")
    + entry("app", 'extras = ["fast"]\ngroups = ["default"]\n')
    + entry("winner", 'groups = ["default"]\nmarker = "sys_platform == \'win32\'"\n')
    + entry("check", 'groups = ["dev"]\n')
    + entry("site", 'groups = ["web"]\n')
)
WALKED = meta("") + (
    entry("app", 'dependencies = ["leaf<2"]\n')
    + entry("app", 'extras = ["fast"]\ndependencies = ["speed", "app==1"]\n')
    + entry("leaf", "")
    + entry("speed", "")
    + entry("check", "")
    + entry("site", "dependencies = [\"never; sys_platform == 'win32'\"]\n")
)
EVERY = [
    ({}, ["app", "check", "site"]),
    ({"groups": ()}, ["app"]),
    ({"extras": ("web",), "groups": ()}, ["app", "site"]),
]


@pytest.mark.parametrize(("choice", "expected"), [*EVERY, ({"extras": ("web",)}, ["app", "check", "site"])])
def test_groups_and_markers_decide(choice, expected):
    assert [one["name"] for one in chosen(INHERITED, **choice).entries] == expected


@pytest.mark.parametrize(("choice", "expected"), EVERY)
def test_without_them_the_project_is_walked(choice, expected):
    more = [] if "app" not in expected else ["leaf", "speed"]
    found = [one["name"] for one in chosen(WALKED, **choice).entries]
    assert sorted(found) == sorted([*expected, *more])


def test_static_urls_are_taken():
    (one,) = chosen(meta() + entry("lib", place="url")).entries
    assert one["wheels"][0]["url"] == "https://files.example.org/lib-1-py3-none-any.whl"
    assert one["wheels"][0]["name"] == "lib-1-py3-none-any.whl"


@pytest.mark.parametrize(
    ("more", "kind", "value"),
    [
        ('path = "./lib"\neditable = true\n', "directory", {"path": "./lib", "editable": True}),
        (
            f'git = "https://h/x"\nref = "main"\nrevision = "{"a" * 40}"\n',
            "vcs",
            {"type": "git", "url": "https://h/x", "commit-id": "a" * 40, "requested-revision": "main"},
        ),
    ],
)
def test_other_sources_are_read(more, kind, value):
    text = meta() + f'[[package]]\nname = "lib"\nversion = "1"\ngroups = ["default"]\n{more}'
    (one,) = chosen(text).entries
    assert one[kind] == value


def test_the_project_comes_where_it_is_a_distribution():
    with_build = PROJECT + '[build-system]\nrequires = ["x"]\n'
    assert [one["name"] for one in chosen(INHERITED, with_build).entries][-1] == "mine"
    assert [
        one["name"] for one in chosen(INHERITED, with_build + "[tool.pdm]\ndistribution = false\n").entries
    ][-1] == "site"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (meta(version="5"), LockInvalidError),
        (meta(python=">=3.12"), LockUnfitError),
        (meta() + "[[package]]\ngroups = ['default']\nname = 3\n", LockInvalidError),
    ],
)
def test_what_cannot_be_used_is_refused(text, error):
    with pytest.raises(error):
        chosen(text)
