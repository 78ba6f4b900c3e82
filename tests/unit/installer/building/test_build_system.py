"""Who builds a project: what [build-system] says, or setuptools (PEP 517, 518)."""

import pytest

from bodega.installer.building.build_system import (
    LEGACY_BACKEND,
    LEGACY_REQUIRES,
    BuildSystem,
    read_build_system,
)
from bodega.installer.building.errors import BuildSystemError, NoProjectError


def read(tmp_path, text: str | None, *, setup: bool = False) -> BuildSystem:
    if text is not None:
        (tmp_path / "pyproject.toml").write_text(text)
    if setup:
        (tmp_path / "setup.py").touch()
    return read_build_system(str(tmp_path), "made 1.0")


def test_what_is_written(tmp_path):
    (tmp_path / "own").mkdir()
    text = '[build-system]\nrequires = ["a>=1"]\nbuild-backend = "a.b:c.d"\nbackend-path = ["own", "."]\n'
    assert read(tmp_path, text) == BuildSystem(("a>=1",), "a.b:c.d", ("own", "."))


@pytest.mark.parametrize(("text", "setup"), [(None, True), ("[project]\nname = 'made'\n", False), ("", True)])
def test_setuptools_where_nothing_is_written(tmp_path, text, setup):
    assert read(tmp_path, text, setup=setup) == BuildSystem(LEGACY_REQUIRES, LEGACY_BACKEND)


def test_requirements_without_a_backend_are_for_setuptools(tmp_path):
    found = read(tmp_path, '[build-system]\nrequires = ["cython"]\n')
    assert found == BuildSystem(("cython",), LEGACY_BACKEND, implied=LEGACY_REQUIRES)


def test_neither_file_is_no_project(tmp_path):
    with pytest.raises(NoProjectError):
        read(tmp_path, None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[build-system]\n", "no `requires`"),
        ('[build-system]\nrequires = "a"\n', "list of texts"),
        ("[build-system]\nrequires = [1]\n", "list of texts"),
        ('[build-system]\nrequires = ["a b"]\n', "'a b', which is no requirement"),
        ("[build-system]\nrequires = []\nbuild-backend = 3\n", "names no Python object"),
        ('[build-system]\nrequires = []\nbuild-backend = "a:b; import os"\n', "names no Python object"),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = "."\n', "list of texts"),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = ["../x"]\n', "leads out"),
        ('[build-system]\nrequires = []\nbuild-backend = "a"\nbackend-path = ["/usr"]\n', "leads out"),
        ("build-system = 3\n", "no table"),
        ("[build-system\n", "not TOML"),
        ("a = " + "[" * 5000 + "]" * 5000, "not TOML"),
    ],
)
def test_what_the_standard_does_not_allow_is_said(tmp_path, text, words):
    with pytest.raises(BuildSystemError) as caught:
        read(tmp_path, text)
    assert words in caught.value.why
    assert "made 1.0" in caught.value.what
