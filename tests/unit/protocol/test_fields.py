"""Input is checked field by field, and every fault is told."""

import pytest

from bodega.protocol.fields import Field, InvalidInputError, checked, from_query

FIELDS = (
    Field(name="name", kind="text", words="a name", longest=10),
    Field(name="kinds", kind="texts", words="kinds", optional=True, choices=("a", "b")),
    Field(name="count", kind="number", words="how many", optional=True, least=1, most=9),
    Field(name="is", kind="flag", words="whether", optional=True),
    Field(name="reason", kind="text", words="why", optional=True, nullable=True),
)


def faults(given: dict[str, object]) -> list[str]:
    with pytest.raises(InvalidInputError) as refused:
        checked(FIELDS, given)
    assert all(fault.what in refused.value.what for fault in refused.value.faults)
    return [fault.what for fault in refused.value.faults]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "x"},
        {"name": "", "kinds": [], "count": 1, "is": False, "reason": None},
        {"name": "0123456789", "kinds": ["b", "a"], "count": 9, "is": True, "reason": "because"},
    ],
)
def test_what_fits_is_handed_on(given: dict[str, object]) -> None:
    assert checked(FIELDS, given) == given


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, "name: it is missing"),
        ({"name": None}, "name: it is null instead of a text"),
        ({"name": 1}, "name: it is not a text"),
        ({"name": "01234567890"}, "name: it is longer than 10 characters"),
        ({"name": "\ud800"}, "name: it has characters that no text has"),
        ({"name": "a\0b"}, "name: it has characters that no text has"),
        ({"name": "x", "nmae": "y"}, "nmae: there is no such field"),
        ({"name": "x", "kinds": "a"}, "kinds: it is not a list of texts"),
        ({"name": "x", "kinds": ["a", 1]}, "kinds: it is not a list of texts"),
        ({"name": "x", "kinds": ["a", "c"]}, "kinds: possible: a, b"),
        ({"name": "x", "kinds": ["a"] * 101}, "kinds: it has more than 100 entries"),
        ({"name": "x", "count": 0}, "count: possible: 1 to 9"),
        ({"name": "x", "count": 10}, "count: possible: 1 to 9"),
        ({"name": "x", "count": True}, "count: it is not a whole number"),
        ({"name": "x", "count": 1.0}, "count: it is not a whole number"),
        ({"name": "x", "count": "1"}, "count: it is not a whole number"),
        ({"name": "x", "is": 1}, "is: it is not true or false"),
    ],
)
def test_what_does_not_fit_is_told(given: dict[str, object], fault: str) -> None:
    assert faults(given) == [fault]


def test_every_fault_is_told() -> None:
    assert faults({"count": 99, "more": 1}) == [
        "more: there is no such field",
        "name: it is missing",
        "count: possible: 1 to 9",
    ]


def test_a_query_gives_numbers_and_texts_each_once() -> None:
    assert from_query(FIELDS, [("name", "7"), ("count", "7")]) == {"name": "7", "count": 7}
    for pairs in (
        [("name", "x"), ("count", "seven")],
        [("name", "x"), ("count", "-1")],
        [("name", "x"), ("count", "9" * 5000)],
        [("name", "x"), ("name", "y")],
        [("name", "x"), ("count", "\u0667")],
        [],
    ):
        with pytest.raises(InvalidInputError):
            from_query(FIELDS, pairs)
