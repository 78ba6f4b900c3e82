"""What of a project is asked for."""

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.commands.project_request import (
    DynamicMarkerError,
    NoSuchPartError,
    Parts,
    PythonUnfitError,
    asked_lines,
    check_python,
    project_request,
    with_dynamic,
)
from bodega.installer.inputs.project_file import parse_project

PROJECT = """
[project]
name = "demo"
requires-python = ">=3.9"
dependencies = ["flask"]
[project.optional-dependencies]
web = ["uvicorn"]
fast = ["orjson; python_version < '4'"]
all = ["demo[web,fast]", "Demo[all]"]
some = ["demo[fast]; sys_platform == 'linux'", "demo[some]; os_name == 'x'"]
lost = ["demo[nowhere]"]
[dependency-groups]
dev = ["pytest", "demo[web]"]
docs = ["sphinx"]
[tool.bodega]
constraints = ["urllib3<3"]
overrides = ["click==8"]
"""


def project(text=PROJECT):
    return parse_project(text, "/there/pyproject.toml", "pyproject.toml")


def asked(**parts):
    named = {
        key: frozenset(map(NormalizedName, value)) if isinstance(value, list) else value
        for key, value in parts.items()
    }
    return [line.text for line in asked_lines(project(), Parts(**named))]


@pytest.mark.parametrize(
    ("parts", "texts"),
    [
        ({}, ["flask", "pytest", "uvicorn"]),
        ({"default_groups": False}, ["flask"]),
        ({"extras": ["fast"], "default_groups": False}, ["flask", "orjson; python_version < '4'"]),
        (
            {"extras": ["all"], "default_groups": False},
            ["flask", "orjson; python_version < '4'", "uvicorn"],
        ),
        ({"groups": ["docs"], "default_groups": False, "dependencies": False}, ["sphinx"]),
        ({"groups": ["docs"]}, ["flask", "pytest", "uvicorn", "sphinx"]),
        (
            {"extras": ["some"], "default_groups": False},
            [
                "flask",
                "flask; sys_platform == 'linux'",
                "orjson; (python_version < '4') and (sys_platform == 'linux')",
                "flask; os_name == 'x'",
            ],
        ),
    ],
)
def test_parts_come_with_what_they_name_of_the_project_itself(parts, texts):
    assert asked(**parts) == texts


def test_everything_is_asked_for_once():
    text = PROJECT.replace('lost = ["demo[nowhere]"]\n', "")
    found = [line.text for line in asked_lines(project(text), Parts(all_extras=True, all_groups=True))]
    assert found.count("uvicorn") == 1
    assert {"flask", "pytest", "sphinx"} < set(found)


@pytest.mark.parametrize(
    ("parts", "why"),
    [({"extras": ["wep"]}, "'web'"), ({"groups": ["zzz"]}, "dev, docs"), ({"extras": ["lost"]}, "it has")],
)
def test_what_is_not_there_is_refused_with_what_is(parts, why):
    with pytest.raises(NoSuchPartError) as failure:
        asked(**parts)
    assert why in failure.value.why


def test_settings_narrow_what_is_asked_for():
    request = project_request(project(), Parts())
    assert [one.requirement.text for one in request.constraints] == ["urllib3<3"]
    assert [one.origin for one in request.overrides] == ["pyproject.toml, tool.bodega.overrides"]


def test_a_python_that_does_not_fit_is_refused():
    check_python(project(), "3.11.7", "python")
    with pytest.raises(PythonUnfitError) as failure:
        check_python(project(), "3.8.1", "python")
    assert failure.value.wanted == ">=3.9"


class Says:
    """Implements ``locking.ports.Builder`` as far as it is asked."""

    def __init__(self, *requires, extras=()):
        self._lines = [f"Requires-Dist: {text}" for text in requires]
        self._lines += [f"Provides-Extra: {name}" for name in extras]

    def metadata(self, _source):
        return "\n".join(["Metadata-Version: 2.4", "Name: demo", "Version: 1", *self._lines, ""]).encode()

    def wheel(self, _source):
        raise NotImplementedError


DYNAMIC = '[project]\nname = "demo"\ndynamic = ["dependencies", "optional-dependencies"]\n'


def test_what_is_dynamic_is_asked_of_the_build_backend():
    builder = Says(
        "flask; python_version < '4'",
        "uvicorn; extra == 'Web_UI'",
        "h2; (os_name == 'a' or os_name == 'b') and extra == 'web-ui'",
        "wsproto; os_name == 'c' and extra == \"web-ui\"",
        "x @ https://example.org/x.whl ; extra == 'web-ui'",
        extras=["web-ui", "none"],
    )
    found = with_dynamic(project(DYNAMIC), lambda: builder)
    assert [line.text for line in found.dependencies] == ["flask; python_version < '4'"]
    assert {name: [line.text for line in lines] for name, lines in found.extras.items()} == {
        "web-ui": [
            "uvicorn",
            "h2 ; os_name == 'a' or os_name == 'b'",
            "wsproto ; os_name == 'c'",
            "x @ https://example.org/x.whl",
        ],
        "none": [],
    }


def test_what_is_not_dynamic_asks_nobody():
    assert with_dynamic(project(), lambda: None).dependencies


@pytest.mark.parametrize("marker", ["extra == 'a' or extra == 'b'", "extra != 'a'"])
def test_what_nobody_can_tell_apart_is_refused(marker):
    with pytest.raises(DynamicMarkerError) as failure:
        with_dynamic(project(DYNAMIC), lambda: Says(f"flask; {marker}"))
    assert failure.value.text == f"flask; {marker}"
