import pytest
from packaging.version import Version

from bodega.formats.versions import (
    allowed,
    canonical_version,
    is_exact_pin,
    names_prerelease,
    parse_version,
    python_allows,
)


def test_versions_are_those_of_the_authority():
    assert parse_version("1.0-RC.1") == Version("1.0rc1")
    assert parse_version("nonsense") is None


@pytest.mark.parametrize("same", ["1.0", "1.0.0", "v1", "1", "01.0"])
def test_equal_versions_have_one_spelling(same):
    assert canonical_version(same) == "1"
    assert parse_version(canonical_version(same)) == parse_version(same)


@pytest.mark.parametrize("other", ["1.0rc1", "1.0.post1", "1!1", "1+local", "1.1", "10", "nonsense"])
def test_other_versions_have_another(other):
    assert canonical_version(other) != "1"


def test_an_unreadable_requires_python_allows_all():
    assert python_allows(">=3.8, <4", "3.11.7")
    assert not python_allows(">=3.12", "3.11.7")
    assert python_allows(">=3.11", "3.12.0rc1")
    assert python_allows("three", "3.11.7")


def test_prereleases_are_admitted_by_their_number():
    assert allowed(">=1", ["0.9", "1.0", "2.0b1"]) == [False, True, True]
    assert allowed("", ["1", "2"]) == [True, True]
    assert allowed("what", ["1"]) == [False]


@pytest.mark.parametrize(
    ("specifier", "names"),
    [
        ("", False),
        (">=1.0", False),
        (">=1.0b1", True),
        ("==1.0.dev1", True),
        (">=1.0.post1", False),
        ("what", False),
    ],
)
def test_naming_a_prerelease(specifier, names):
    assert names_prerelease(specifier) is names


@pytest.mark.parametrize(
    ("specifier", "pins"),
    [
        ("==1.0", True),
        (" ===1.0-x", True),
        ("==1.*", False),
        ("==1.0,!=2", False),
        (">=1", False),
        ("", False),
    ],
)
def test_exact_pins(specifier, pins):
    assert is_exact_pin(specifier) is pins


def test_a_number_of_very_many_digits_is_no_version() -> None:
    assert parse_version("9" * 5000) is None
