"""Edits of a pyproject.toml: nothing but what is meant changes."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.installer.inputs.project_edit import Place, ProjectEditError, ProjectText

DEPENDENCIES = [
    "dependencies = []",
    'dependencies = ["flask>=2"]',
    "dependencies = ['flask>=2', 'zope']  # all that is needed",
    'dependencies = [ "click" , "flask>=2" ]',
    'dependencies = ["flask>=2", "click"]',
    'dependencies = [\n    "click",\n    "flask>=2; python_version < \'4\'",\n]',
    'dependencies = [\n  "click", # for the command line\n  # the web\n  "flask>=2" # not 1\n]',
    'dependencies = [\n\t"click",\n\n\t"flask>=2",\n\t# more to come\n]',
    'dependencies = ["click",\n                "flask>=2",\n                ]',
    '"dependencies" = ["click"]',
]
BEFORE = ["", "# a demo\n\n", '[build-system]\nrequires = ["flit-core"]\n\n', "[tool.x]\ny = 1 # z\n"]
BEHIND = [
    "",
    'requires-python = ">=3.9"\n',
    "\n[project.scripts]\ndemo = 'demo:main'\n\n[tool.ruff]\nlint.select = ['ALL']\n",
    "[project.optional-dependencies]\nfast = [\n  'orjson',\n]\n[dependency-groups]\ndev = [ {include-group = 'a'} ]\na = []\n",
    '\n[[tool.bodega.index]]\nname = "a"\nurl = "https://x"\n\n[project.urls]\nHome = "https://y"\n',
]
PLACES = [Place(), Place("extra", "fast"), Place("group", "dev")]


def find(text, name, place=None):
    found = [one for one in text.standing() if one.requirement.name == name]
    return next(one for one in found if place is None or one.place == place)


@given(
    st.sampled_from(BEFORE),
    st.sampled_from(DEPENDENCIES),
    st.sampled_from(BEHIND),
    st.sampled_from(PLACES),
    st.sampled_from(["aaa", "eee[x]>=1; os_name == 'a'", "zzz>=2,<3", 'mmm; os_name == "b"']),
    st.booleans(),
)
def test_what_is_added_and_removed_again_leaves_no_trace(before, dependencies, behind, place, new, crlf):
    text = f'{before}[project]\nname = "demo"\nversion = "1"\n{dependencies}\n{behind}'
    text = text.replace("\n", "\r\n") if crlf else text
    edited = ProjectText(text, "pyproject.toml")
    there = [one.place for one in edited.standing()]
    written = edited.add(place, new)
    said = tomllib.loads(str(edited))
    if place.kind == "dependencies":
        assert new in said["project"]["dependencies"]
    again = ProjectText(str(edited), "pyproject.toml")
    again.remove(find(again, new[:3], written))
    left = str(again)
    if place.kind == "extra" and "optional-dependencies" not in text:
        # An extra stays: others may ask for it.
        assert tomllib.loads(left)["project"]["optional-dependencies"] == {"fast": []}
    else:
        assert left == text
    assert [one.place for one in again.standing()] == there
    if crlf:
        assert "\n" not in left.replace("\r\n", "")


def edit(text, place, requirement):
    edited = ProjectText(text, "pyproject.toml")
    edited.add(place, requirement)
    return str(edited)


PROJECT = '[project]\nname = "demo"\n'


@pytest.mark.parametrize(
    ("text", "place", "after"),
    [
        (PROJECT, Place(), PROJECT + 'dependencies = [\n    "new",\n]\n'),
        (
            PROJECT + "[project.urls]\nx = 'y'\n",
            Place(),
            PROJECT + 'dependencies = [\n    "new",\n]\n\n[project.urls]\nx = \'y\'\n',
        ),
        (PROJECT, Place("group", "dev"), PROJECT + '\n[dependency-groups]\ndev = [\n    "new",\n]\n'),
        ("", Place("group", "dev"), '[dependency-groups]\ndev = [\n    "new",\n]\n'),
        (
            PROJECT + "\n[tool.x]\n",
            Place("extra", "a"),
            PROJECT + '\n[project.optional-dependencies]\na = [\n    "new",\n]\n\n[tool.x]\n',
        ),
        (
            "[dependency-groups]\nDev_Tools = ['a', 'z']\n",
            Place("group", "dev-tools"),
            "[dependency-groups]\nDev_Tools = ['a', 'new', 'z']\n",
        ),
        (
            "[dependency-groups]\nd = ['b', 'z', {include-group = 'e'}]\ne = []\n",
            Place("group", "d"),
            "[dependency-groups]\nd = ['b', 'new', 'z', {include-group = 'e'}]\ne = []\n",
        ),
        (
            "[dependency-groups]\nd = [{include-group = 'e'}, 'z']\ne = []\n",
            Place("group", "d"),
            "[dependency-groups]\nd = [{include-group = 'e'}, 'new', 'z']\ne = []\n",
        ),
        (
            PROJECT + "dependencies = ['z', 'a']\n",
            Place(),
            PROJECT + "dependencies = ['z', 'a', 'new']\n",
        ),
        ("project.name = 'demo'\nproject.dependencies = ['z']\n", Place(),
         "project.name = 'demo'\nproject.dependencies = ['new', 'z']\n"),
        ("project = { name = 'demo', dependencies = ['z'] }\n", Place(),
         "project = { name = 'demo', dependencies = ['new', 'z'] }\n"),
        (
            "[project]\nname = 'demo'\n[tool.x]\n[project.optional-dependencies]\na = ['z']\n",
            Place("extra", "a"),
            "[project]\nname = 'demo'\n[tool.x]\n[project.optional-dependencies]\na = ['new', 'z']\n",
        ),
    ],
)  # fmt: skip
def test_what_is_added_goes_where_one_would_put_it(text, place, after):
    assert edit(text, place, "new") == after


def test_one_is_replaced_in_its_own_quotes():
    text = ProjectText(PROJECT + "dependencies = ['a', \"b\"] # both\n", "pyproject.toml")
    text.replace(find(text, "a"), "a>=2")
    text.replace(find(text, "b"), "b>=3; os_name == 'x'")
    assert str(text) == PROJECT + "dependencies = ['a>=2', \"b>=3; os_name == 'x'\"] # both\n"


def test_sources_come_and_go():
    text = ProjectText(PROJECT, "pyproject.toml")
    text.set_source("lib", {"path": "../lib", "editable": True})
    text.set_source("other", {"path": 'o"x'})
    assert str(text) == (
        f"{PROJECT}\n[tool.bodega.sources]\n"
        'lib = { path = "../lib", editable = true }\nother = { path = "o\\"x" }\n'
    )
    text.set_source("lib", None)
    text.set_source("other", None)
    text.set_source("other", None)
    assert str(text) == PROJECT


@pytest.mark.parametrize("rest", ["b = [{include-group = 'a'}]\n", "[tool.bodega]\ndefault-groups = ['A']\n"])
def test_a_group_that_is_named_stays_when_it_is_empty(rest):
    text = ProjectText("[dependency-groups]\na = ['x']\n" + rest, "pyproject.toml")
    text.remove(find(text, "x"))
    assert str(text) == "[dependency-groups]\na = []\n" + rest


@pytest.mark.parametrize(
    ("key", "place"), [("dependencies", Place()), ("optional-dependencies", Place("extra", "a"))]
)
def test_what_the_build_backend_says_is_not_written_besides(key, place):
    text = f"{PROJECT}dynamic = ['{key}']\n"
    with pytest.raises(ProjectEditError) as failure:
        edit(text, place, "new")
    assert "dynamic" in failure.value.why
    assert "new" in edit(text, Place("group", "dev"), "new")


def test_without_a_project_there_is_nowhere_to_add():
    with pytest.raises(ProjectEditError):
        edit("[tool.x]\n", Place(), "new")
