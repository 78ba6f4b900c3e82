"""``[tool.bodega]``: what can be said there, and that every mistake is found and named."""

import tomllib

import pytest

from bodega.formats.requirements import parse_requirement
from bodega.installer.inputs.project_settings import (
    LocalSource,
    NamedIndex,
    ProjectSettings,
    StaticMetadata,
    read_settings,
)
from bodega.installer.inputs.typed_table import ProjectFileError, TypedTable

WHOLE = """
default-groups = ["Dev"]
overrides = ["numpy==2.0"]
constraints = ["urllib3<3"]
exclude-dependencies = ["TZdata"]
resolution = "lowest"
prereleases = ["black"]
uploaded-prior-to = 2026-11-01
platforms = ["linux-x86_64"]
pythons = ["3.11", "3.12"]
conflicts = [["extra:cpu", "extra:GPU"], ["group:dev", "extra:cpu"]]
[sources]
torch = { index = "pytorch" }
mine = { path = "../mine", editable = true }
[[index]]
name = "pytorch"
url = "https://index.example.org/simple"
explicit = true
[[metadata]]
name = "chumpy"
version = "0.70"
requires-dist = ["numpy>=1.8.1"]
requires-python = ">=3.8"
provides-extra = ["All"]
"""


def read(text):
    table = TypedTable(tomllib.loads(text), "pyproject.toml", "tool.bodega")
    return read_settings(table, "/there/demo", extras=("cpu", "gpu"), groups=("dev", "docs"))


def test_all_that_can_be_said():
    assert read(WHOLE) == ProjectSettings(
        default_groups=("dev",),
        overrides=(parse_requirement("numpy==2.0"),),
        constraints=(parse_requirement("urllib3<3"),),
        excluded=frozenset({"tzdata"}),
        resolution="lowest",
        prereleases=frozenset({"black"}),
        cutoff="2026-11-01",
        platforms=("linux-x86_64",),
        pythons=("3.11", "3.12"),
        conflicts=(
            frozenset({("extra", "cpu"), ("extra", "gpu")}),
            frozenset({("group", "dev"), ("extra", "cpu")}),
        ),
        sources={"torch": "pytorch"},
        local={"mine": LocalSource("/there/mine", editable=True)},
        indexes=(NamedIndex("pytorch", "https://index.example.org/simple/", explicit=True),),
        metadata=(
            StaticMetadata(
                name="chumpy",
                version="0.70",
                requires_dist=("numpy>=1.8.1",),
                requires_python=">=3.8",
                provides_extra=("all",),
            ),
        ),
    )


def test_nothing_said_takes_the_group_dev():
    assert read("") == ProjectSettings(default_groups=("dev",))
    assert read("default-groups = []").default_groups == ()
    assert read("prereleases = true").prereleases is True


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("defaultgroups = []", "defaultgroups", "the nearest is 'default-groups'"),
        ("x = 1", "x", "known are audit"),
        ("default-groups = ['doc']", "default-groups", "the nearest is 'docs'"),
        ("overrides = ['numpy=2']", "overrides[0]", "write =="),
        ("resolution = 'newest'", "resolution", "lowest-direct"),
        ("prereleases = 'black'", "prereleases", "an array"),
        ("uploaded-prior-to = 3", "uploaded-prior-to", "a text"),
        ("pythons = ['3']", "pythons[0]", "no version of Python"),
        ("conflicts = ['a']", "conflicts[0]", "an array such as"),
        ("conflicts = 1", "conflicts", "array of arrays"),
        ("conflicts = [['extra:cpu']]", "conflicts[0]", "it takes two"),
        ("conflicts = [['extra:cpu', 'extra:cpu']]", "conflicts[0]", "it takes two"),
        ("conflicts = [['cpu', 'gpu']]", "conflicts[0]", "extra:NAME"),
        ("conflicts = [['extra:cpu', 'extra:gpus']]", "conflicts[0]", "the nearest is 'gpu'"),
        ("[sources]\ntorch = { index = 'a' }", "sources.torch.index", "is called 'a'"),
        ("[sources]\ntorch = { inde = 'a' }", "sources.torch.inde", "'index'"),
        ("[sources]\ntorch = {}", "sources.torch", "either an index or a path"),
        ("[sources]\ntorch = 'a'", "sources.torch", "a table"),
        ("[sources]\n'?' = { path = '.' }", "sources.?", "not a valid project name"),
        ("[[index]]\nname = 'a'", "index[0].url", "has to be there"),
        ("[[index]]\nname = 'a'\nurl = 'x'", "index[0].url", "https:"),
        ("[[index]]\nname = 'a'\nurl = 'https://x'\nexplicit = 1", "index[0].explicit", "true or false"),
        (
            "[[index]]\nname='a'\nurl='https://x'\n[[index]]\nname='a'\nurl='https://x'",
            "index[1].name",
            "too",
        ),
        ("index = [1]", "index[0]", "no table"),
        ("[[metadata]]\nname = ''", "metadata[0].name", "empty"),
        ("[[metadata]]\nname = 'a'\nversion = 'x'", "metadata[0].version", "PEP 440"),
        ("[[metadata]]\nname = 'a'\nrequires-python = 'x'", "metadata[0].requires-python", "PEP 440"),
        ("[[metadata]]\nname = 'a'\nrequires-dist = ['=']", "metadata[0].requires-dist[0]", "requirement"),
    ],
)
def test_mistakes_are_named(text, key, why):
    with pytest.raises(ProjectFileError) as failure:
        read(text)
    assert failure.value.key == f"tool.bodega.{key}"
    assert why in failure.value.reason
