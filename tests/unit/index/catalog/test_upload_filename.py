"""File names of uploads."""

import pytest
from packaging.version import Version

from bodega.index.catalog.errors import UploadRefusedError
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_filename import NamedFile, named_file
from bodega.index.catalog.upload_rules import UploadRules

STRICT, LENIENT = UploadRules(), UploadRules(is_new=False)


def named(filename: str, rules: UploadRules = STRICT) -> NamedFile | None:
    faults = Faults(filename)
    found = named_file(filename, faults, rules)
    faults.refuse_if_any()
    return found


@pytest.mark.parametrize(
    ("filename", "name", "version", "filetype"),
    [
        ("my_pkg-1.0-py3-none-any.whl", "my-pkg", "1.0", "bdist_wheel"),
        ("my_pkg-1.0-2-cp311-abi3-manylinux_2_17_x86_64.whl", "my-pkg", "1.0", "bdist_wheel"),
        ("a-1!2.0+local.1-py3-none-any.whl", "a", "1!2.0+local.1", "bdist_wheel"),
        ("my_pkg-1.0rc1.tar.gz", "my-pkg", "1.0rc1", "sdist"),
    ],
)
def test_right_names(filename: str, name: str, version: str, filetype: str) -> None:
    assert named(filename) == NamedFile(name, Version(version), filetype)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filename", "beginning"),
    [
        ("My_Pkg-1.0-py3-none-any.whl", "my_pkg-"),
        ("my.pkg-1.0-py3-none-any.whl", "my_pkg-"),
        ("My_Pkg-1.0.tar.gz", "my_pkg-1.0.tar.gz"),
        ("my-pkg-1.0.tar.gz", "my_pkg-1.0.tar.gz"),
        ("my_pkg-1.0.RC1.tar.gz", "my_pkg-1.0rc1.tar.gz"),
    ],
)
def test_names_spelled_as_old_tools_did(filename: str, beginning: str) -> None:
    with pytest.raises(UploadRefusedError, match=beginning):
        named(filename)
    assert named(filename, LENIENT) is not None


@pytest.mark.parametrize(
    "filename",
    [
        "",
        ".tar.gz",
        "a.whl",
        "a-1.0.whl",
        "../a-1.0.tar.gz",
        "a/b-1.0.tar.gz",
        "a-1.0\0.tar.gz",
        "a-1.0%2f.tar.gz",
        "a-1.0.tar.gz\n",
        "\u0430-1.0.tar.gz",
        "a-one.tar.gz",
        f"a-{'1' * 300}.tar.gz",
    ],
)
def test_bad_names(filename: str) -> None:
    with pytest.raises(UploadRefusedError) as raised:
        named(filename, LENIENT)
    assert {fault.code for fault in raised.value.faults} == {"E-UPLOAD-FILENAME"}


@pytest.mark.parametrize(
    ("ending", "word"),
    [
        (".egg", "eggs"),
        (".exe", "installers"),
        (".zip", "PEP 625"),
        (".tar.bz2", "PEP 625"),
        (".deb", "system"),
    ],
)
def test_kinds_of_the_past_are_refused_in_words(ending: str, word: str) -> None:
    with pytest.raises(UploadRefusedError, match=word):
        named(f"a-1.0{ending}")
