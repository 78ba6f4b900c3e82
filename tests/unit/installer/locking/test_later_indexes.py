"""What is told of newer releases on indexes that are asked later."""

import pytest

from bodega.formats.requirements import parse_requirement
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.later_indexes import later_remarks
from bodega.installer.locking.ports import Asked
from support.memory_index import TARGET, MemoryCache, MemoryIndexReader, metadata, page, resolve, wheel

LATER = "https://user:secret@later.example.org/simple/"


def remarks(wish: str, *files, asked: str | None = None) -> tuple[str, ...]:
    """What is said once ``wish`` came from an index with a 1.0 and a later one has these files."""
    first = wheel("a", "1.0")
    reader = MemoryIndexReader(
        {"a": page("a", first)},
        {first.filename: metadata("a", "1.0")},
        later={LATER: {"a": page("a", *files)} if files else {}},
    )
    pins = resolve(reader, wish).pins
    wishes = [Asked(parse_requirement(asked or wish), "")]
    return later_remarks(pins, wishes, reader, CandidateFinder(TARGET, MemoryCache()))


def test_a_newer_match_is_told_with_the_line_that_takes_it() -> None:
    (said,) = remarks("a", wheel("a", "0.9"), wheel("a", "2.0"), wheel("a", "3.0rc1"), wheel("a", "1.5"))
    assert said.startswith(
        "https://later.example.org/simple/ has a 2.0, but https://index.example.org/simple/ "
    )
    assert said.endswith("bodega install --index-url https://later.example.org/simple/ a==2.0")


@pytest.mark.parametrize(
    ("wish", "files"),
    [
        ("a", [wheel("a", "1.0")]),
        ("a<2", [wheel("a", "2.0")]),
        ("a", [wheel("a", "2.0rc1")]),
        ("a", [wheel("a", "2.0", yanked="bad")]),
        ("a", [wheel("a", "2.0", "cp27-cp27m-win32")]),
        ("a", []),
    ],
)
def test_nothing_is_told_of_what_would_not_be_taken_or_cannot_be_had(wish: str, files: list) -> None:
    assert remarks(wish, *files) == ()


def test_dependencies_are_left_alone() -> None:
    assert remarks("a", wheel("a", "2.0"), asked="other") == ()
