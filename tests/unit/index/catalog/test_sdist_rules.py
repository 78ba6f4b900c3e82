"""Rules for new source distributions."""

import pytest
from packaging.version import Version

from bodega.content.sdist_archive import SdistArchive
from bodega.index.catalog.sdist_rules import sdist_faults
from bodega.index.catalog.upload_filename import NamedFile
from bodega.index.catalog.upload_rules import UploadRules

NAMED = NamedFile("my-pkg", Version("1.0"), "sdist")  # type: ignore[arg-type]


def faults(pyproject: str | None = None, folder: str = "my_pkg-1.0", *, is_new: bool = True) -> list[str]:
    archive = SdistArchive(
        folder, b"", None if pyproject is None else pyproject.encode("utf-8", "surrogateescape")
    )
    return [fault.what for fault in sdist_faults(archive, NAMED, UploadRules(is_new=is_new))]


@pytest.mark.parametrize(
    "pyproject",
    [
        None,
        "",
        "[project]\nname = 'My.Pkg'\nversion = '1.0.0'\n",
        "[project]\nname = 'my-pkg'\ndynamic = ['version']\n",
        "[build-system]\nbackend-path = ['.', 'tools/build']\n",
        "project = 1\n",
    ],
)
def test_what_agrees(pyproject: str | None) -> None:
    assert faults(pyproject) == []


@pytest.mark.parametrize(
    ("pyproject", "word"),
    [
        ("[project]\nname = 'other'\n", "other"),
        ("[project]\nversion = '2.0'\n", "version"),
        ("[build-system]\nbackend-path = ['..']\n", "backend-path"),
        ("[build-system]\nbackend-path = ['a/../../b']\n", "backend-path"),
        ("[build-system]\nbackend-path = ['/tmp']\n", "backend-path"),
        ("[build-system]\nbackend-path = 'tools'\n", "backend-path"),
        ("[build-system]\nbackend-path = [1]\n", "backend-path"),
        ("no toml", "cannot be read"),
        ("a = " + "[" * 5000, "cannot be read"),
        ("\udcff", "cannot be read"),
        (f"a = {'9' * 5000}", "cannot be read"),
    ],
)
def test_what_does_not(pyproject: str, word: str) -> None:
    (fault,) = faults(pyproject)
    assert word in fault


def test_what_is_old_is_not_built_here() -> None:
    assert faults("no toml", is_new=False) == []


@pytest.mark.parametrize("folder", ["other-1.0", "my_pkg-1.1", "my_pkg", "my_pkg-"])
def test_the_folder_is_that_of_the_release(folder: str) -> None:
    assert "another release" in faults(folder=folder)[0]
