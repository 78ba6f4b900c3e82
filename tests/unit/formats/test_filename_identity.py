"""The identity of file names."""

import pytest

from bodega.formats.filename_identity import filename_identity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("my_pkg-1.0-py3-none-any.whl", "My.Pkg-1.0-py3-none-any.whl"),
        ("a-1.0-py3-none-any.whl", "a-1.0.0-py3-none-any.whl"),
        ("a-1.0-py2.py3-none-any.whl", "a-1.0-py3.py2-none-any.whl"),
        ("a-1.0+Local_1-py3-none-any.whl", "a-1.0+local.1-py3-none-any.whl"),
        ("my_pkg-1.0.tar.gz", "my-pkg-1.0.tar.gz"),
        ("my_pkg-1.0.tar.gz", "My.Pkg-1.0.0.TAR.GZ"),
        ("a-1.0rc1.tar.gz", "a-1.0.RC.1.tar.gz"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    assert filename_identity(one) == filename_identity(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a-1.0-py3-none-any.whl", "a-1.1-py3-none-any.whl"),
        ("a-1.0-py3-none-any.whl", "a-1.0-1-py3-none-any.whl"),
        ("a-1.0-py3-none-any.whl", "a-1.0+x-py3-none-any.whl"),
        ("a-1.0-py3-none-any.whl", "a-1.0.tar.gz"),
        ("a-1.0-cp311-cp311-any.whl", "a-1.0-cp311-none-any.whl"),
        ("a_b-1.0.tar.gz", "ab-1.0.tar.gz"),
        ("odd", "odder"),
    ],
)
def test_names_that_are_two(one: str, other: str) -> None:
    assert filename_identity(one) != filename_identity(other)
