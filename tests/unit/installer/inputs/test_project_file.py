"""A pyproject.toml as values (PEP 621, 735)."""

import pytest

from bodega.installer.inputs.errors import UnreadableInputError
from bodega.installer.inputs.groups import DependencyGroupError
from bodega.installer.inputs.project_file import NoProjectFoundError, find_project, read_project
from bodega.installer.inputs.requirements_file import RequirementLine
from bodega.installer.inputs.typed_table import ProjectFileError

WHOLE = """
[project]
name = "My.Demo"
version = "1.0"
requires-python = ">=3.9"
dependencies = ["flask>=2", "lib[fast]; python_version > '3'"]
[project.optional-dependencies]
Web_UI = ["uvicorn"]
[dependency-groups]
dev = ["pytest", {include-group = "typing"}]
typing = ["mypy"]
[tool.bodega.sources]
lib = { path = "../a lib", editable = true }
"""


def project(tmp_path, text):
    path = tmp_path / "pyproject.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_project(str(path))


def test_what_a_project_requires_says_where_it_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = project(tmp_path, WHOLE)
    assert (found.name, found.version, found.requires_python) == ("my-demo", "1.0", ">=3.9")
    assert found.dependencies[0] == RequirementLine("flask>=2", origin="pyproject.toml, project.dependencies")
    assert found.extras == {
        "web-ui": (RequirementLine("uvicorn", origin="pyproject.toml, project.optional-dependencies.Web_UI"),)
    }
    assert [line.text for line in found.groups["dev"]] == ["pytest", "mypy"]
    assert found.groups["dev"][1].origin == "pyproject.toml, dependency-groups.dev"
    assert found.folder == str(tmp_path)


def test_a_project_with_a_path_is_that_path(tmp_path):
    line = project(tmp_path, WHOLE).dependencies[1]
    folder = f"{tmp_path.parent}/a%20lib".replace("\\", "/")
    assert line.text == f"file://{folder}#egg=lib[fast]; python_version > '3'"
    assert line.editable


def test_a_file_without_a_project_has_groups_alone(tmp_path):
    found = project(tmp_path, "[dependency-groups]\ntest = ['pytest']\n")
    assert found.name is None
    assert found.dependencies == ()
    assert list(found.groups) == ["test"]


def test_the_nearest_file_above_is_taken(tmp_path):
    inside = tmp_path / "a/b"
    inside.mkdir(parents=True)
    with pytest.raises(NoProjectFoundError):
        find_project(str(inside))
    (tmp_path / "pyproject.toml").write_text("")
    assert find_project(str(inside)) == str(tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "key", "why"),
    [
        ("[project]", "project.name", "has to be there"),
        ("[project]\nname = 'a b'", "project.name", "not a valid project name"),
        ("[project]\nname = 'a'\nrequires-python = '3.9 or so'", "project.requires-python", "no version"),
        ("[project]\nname = 'a'\ndependencies = 'flask'", "project.dependencies", "an array of texts"),
        ("[project]\nname = 'a'\ndependencies = [1]", "project.dependencies[0]", "no text"),
        ("[project]\nname = 'a'\ndependencies = ['b', 'c=1']", "project.dependencies[1]", "write == (c==1)"),
        ("project = 1", "project", "a table"),
        (
            "[project]\nname = 'a'\n[project.optional-dependencies]\nX_y = []\nx-y = []",
            "project.optional-dependencies.x-y",
            "'X_y' is the same extra",
        ),
        ("[dependency-groups]\n'?' = []", "dependency-groups.?", "a name is"),
    ],
)
def test_what_is_wrong_names_its_key(tmp_path, text, key, why):
    with pytest.raises(ProjectFileError) as failure:
        project(tmp_path, text)
    assert failure.value.key == key
    assert why in failure.value.reason


@pytest.mark.parametrize("text", ["[project", b"a = '\xff'", "a = " + "[" * 5000])
def test_what_is_no_toml_is_refused(tmp_path, text):
    with pytest.raises(UnreadableInputError):
        project(tmp_path, text)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UnreadableInputError):
        read_project(str(tmp_path / "pyproject.toml"))


def test_groups_in_a_circle_are_refused(tmp_path):
    with pytest.raises(DependencyGroupError):
        project(
            tmp_path,
            "[dependency-groups]\na = [{include-group = 'b'}]\nb = [{include-group = 'a'}]\n",
        )
