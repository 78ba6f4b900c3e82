"""Wheel file names and WHEEL files."""

import pytest

from bodega.formats.wheel_file import headers, parse_wheel_file, wheel_name


def test_a_name_is_taken_apart() -> None:
    named = wheel_name(
        "Some.Project-1.0_1-2local-cp311.cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
    )
    assert named is not None
    assert (named.name, named.version, named.build) == ("some-project", "1.0-1", "2local")
    assert named.tags == {
        f"{python}-abi3-{platform}"
        for python in ("cp311", "cp312")
        for platform in ("manylinux_2_17_x86_64", "manylinux2014_x86_64")
    }


@pytest.mark.parametrize(
    "filename",
    [
        "a-1-py3-none-any.zip",
        "a-1-py3-none.whl",
        "a-1-b-py3-none-any.whl",
        "a-1-1-2-py3-none-any.whl",
        "-1-py3-none-any.whl",
        "a--py3-none-any.whl",
        "../a-1-py3-none-any.whl",
        "a-1/2-py3-none-any.whl",
        "a-1-py3-none-any\n.whl",
        "\u00e4-1-py3-none-any.whl",
        "a_-1-py3-none-any.whl",
    ],
)
def test_other_names_are_none(filename: str) -> None:
    assert wheel_name(filename) is None


def test_the_wheel_file_is_read() -> None:
    text = "Wheel-Version: 1.9\nRoot-Is-Purelib: TRUE\nTag: py2-none-any\nTag: py3-none-Any\n\nbody: no\n"
    wheel = parse_wheel_file(text)
    assert wheel is not None
    assert (wheel.major, wheel.minor, wheel.root_is_purelib) == (1, 9, True)
    assert wheel.tags == {"py2-none-any", "py3-none-any"}


@pytest.mark.parametrize(
    "text", ["", "Root-Is-Purelib: true\n", "Wheel-Version: x\n", "Wheel-Version: 1.x\n"]
)
def test_without_a_version_it_is_none(text: str) -> None:
    assert parse_wheel_file(text) is None


def test_headers_end_at_the_first_empty_line() -> None:
    assert list(headers("Name: a\n  folded: x\nNo colon\nVersion:1\n\nName: b\n")) == [
        ("name", "a"),
        ("version", "1"),
    ]
