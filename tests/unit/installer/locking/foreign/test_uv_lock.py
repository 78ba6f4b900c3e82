import tomllib

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.locking.errors import LockInvalidError
from bodega.installer.locking.foreign.uv_lock import read_uv
from bodega.installer.locking.foreign.values import ForeignLock, LockChoice
from support.memory_index import TARGET

HEAD = 'version = 1\nrevision = 3\nrequires-python = ">=3.10"\n'
ROOT = """[[package]]
name = "mine"
version = "0.1"
source = { editable = "." }
dependencies = [
    { name = "app", extra = ["fast"] },
    { name = "winner", marker = "sys_platform == 'win32'" },
]
[package.optional-dependencies]
web = [{ name = "site" }]
[package.dev-dependencies]
dev = [{ name = "check" }]
docs = [{ name = "paper" }]
"""


def entry(name, version="1", more="", source='{ registry = "https://index.example.org/simple" }'):
    file = f"{name}-{version}-py3-none-any.whl"
    return (
        f'[[package]]\nname = "{name}"\nversion = "{version}"\nsource = {source}\n'
        f'wheels = [{{ url = "https://files.example.org/{file}", hash = "sha256:{"0" * 64}", size = 9 }}]\n{more}'
    )


APP = entry(
    "app",
    more='dependencies = [{ name = "leaf" }]\n[package.optional-dependencies]\nfast = [{ name = "speed" }]\n',
)
REST = "".join(map(entry, ("leaf", "speed", "winner", "site", "check", "paper")))


def chosen(text, beside=None, **choice):
    wanted = LockChoice(
        **{
            key: value if isinstance(value, bool) else frozenset(map(NormalizedName, value))
            for key, value in choice.items()
        }
    )
    lock = ForeignLock(
        path="uv.lock", document=tomllib.loads(text), project=beside or {}, target=TARGET, choice=wanted
    )
    return read_uv(lock)


def names(text, beside=None, **choice):
    return [one["name"] for one in chosen(text, beside, **choice).entries]


def test_what_is_reached_from_the_project_comes_with_its_default_group():
    assert names(HEAD + ROOT + APP + REST) == ["mine", "app", "leaf", "speed", "check"]


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"groups": ()}, ["mine", "app", "leaf", "speed"]),
        ({"groups": ("docs",)}, ["mine", "app", "leaf", "speed", "paper"]),
        ({"groups": (), "extras": ("web",)}, ["mine", "app", "leaf", "speed", "site"]),
        ({"groups": (), "project": False}, ["app", "leaf", "speed"]),
    ],
)
def test_extras_and_groups_are_chosen(choice, expected):
    assert names(HEAD + ROOT + APP + REST, **choice) == expected


def test_the_project_says_which_groups_come_by_themselves():
    project = {"tool": {"uv": {"default-groups": ["docs"]}}}
    assert names(HEAD + ROOT + APP + REST, project)[-1] == "paper"
    assert names(HEAD + ROOT + APP + REST, {"tool": {"uv": {"default-groups": "all"}}})[-2:] == [
        "check",
        "paper",
    ]


def test_entries_say_where_files_are_and_who_asked():
    found = chosen(HEAD + ROOT + APP + REST)
    assert found.requested == {"app", "check"}
    assert found.entries[0] == {"name": "mine", "directory": {"path": ".", "editable": True}}
    assert found.entries[1]["index"] == "https://index.example.org/simple/"
    assert found.entries[1]["wheels"][0]["url"] == "https://files.example.org/app-1-py3-none-any.whl"


def test_forks_are_told_apart_by_the_version_that_an_edge_names():
    root = (
        '[[package]]\nname = "mine"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [\n'
        '{ name = "lib", version = "1", source = { registry = "https://index.example.org/simple" }, marker = "python_full_version < \'3.11\'" },\n'
        '{ name = "lib", version = "2", source = { registry = "https://index.example.org/simple" }, marker = "python_full_version >= \'3.11\'" }]\n'
    )
    found = chosen(HEAD + root + entry("lib", "1") + entry("lib", "2"))
    assert [(one["name"], one["version"]) for one in found.entries] == [("lib", "2")]


def test_conflicting_extras_are_asked_for_by_their_long_names():
    root = (
        '[[package]]\nname = "mine"\nversion = "1"\nsource = { virtual = "." }\n[package.optional-dependencies]\n'
        'cpu = [{ name = "lib", version = "1", marker = "extra == \'extra-4-mine-cpu\'" }]\n'
        'gpu = [{ name = "lib", version = "2", marker = "extra == \'extra-4-mine-gpu\'" }]\n'
    )
    text = HEAD + root + entry("lib", "1") + entry("lib", "2")
    assert [one["version"] for one in chosen(text, extras=("gpu",)).entries] == ["2"]


@pytest.mark.parametrize(
    ("source", "kind", "value"),
    [
        (
            f'{{ git = "https://h.example/x?rev=main&subdirectory=sub#{"a" * 40}" }}',
            "vcs",
            {
                "type": "git",
                "url": "https://h.example/x",
                "commit-id": "a" * 40,
                "requested-revision": "main",
                "subdirectory": "sub",
            },
        ),
        ('{ directory = "lib" }', "directory", {"path": "lib"}),
        (
            '{ url = "https://h.example/x-1.whl" }',
            "archive",
            {"url": "https://h.example/x-1.whl", "hashes": {"sha256": "0" * 64}},
        ),
        ('{ path = "x-1.whl" }', "archive", {"path": "x-1.whl", "hashes": {"sha256": "0" * 64}}),
    ],
)
def test_every_kind_of_source_is_read(source, kind, value):
    root = '[[package]]\nname = "mine"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "lib" }]\n'
    (one,) = chosen(HEAD + root + entry("lib", source=source)).entries
    assert one[kind] == value


def test_a_workspace_without_a_project_brings_its_members():
    text = HEAD + '[manifest]\nmembers = ["one", "two"]\n'
    for name in ("one", "two"):
        text += f'[[package]]\nname = "{name}"\nversion = "1"\nsource = {{ editable = "packages/{name}" }}\n'
    assert names(text) == ["one", "two"]


@pytest.mark.parametrize(
    "text",
    [
        "version = 2\n",
        HEAD + ROOT,  # what it leads to is not there
        HEAD + 'package = "x"\n',
        HEAD + '[[package]]\nname = "../x"\n',
        HEAD + ROOT.replace('marker = "sys_platform', 'marker = "sys platform') + APP + REST,
        HEAD
        + entry("a", more="dependencies = 3\n")
        .replace("registry", "virtual")
        .replace("https://index.example.org/simple", "."),
    ],
)
def test_what_is_no_sound_lock_is_refused(text):
    with pytest.raises(LockInvalidError):
        chosen(text)


def test_cycles_are_walked_once():
    root = '[[package]]\nname = "mine"\nversion = "1"\nsource = { virtual = "." }\ndependencies = [{ name = "a" }]\n'
    text = (
        HEAD
        + root
        + entry("a", more='dependencies = [{ name = "b" }]\n')
        + entry("b", more='dependencies = [{ name = "a" }]\n')
    )
    assert names(text) == ["a", "b"]
