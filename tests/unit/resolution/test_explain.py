"""Conflicts in words: every requirement that takes part is named."""

import pytest

from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Wanted, base_of
from bodega.resolution.search import Search

Universe = dict[str, dict[str, list[tuple[str, str]]]]


def explained(
    universe: Universe,
    roots: list[tuple[str, str]],
    remarks: dict[str, tuple[str, ...]] | None = None,
) -> list[str]:
    """The lines of the explanation; specifiers are comma-separated versions."""
    asked = [
        RootRequirement(Wanted(name, spec, f"{name} {spec}"), "the command line") for name, spec in roots
    ]
    search = Search(Problem(asked))
    with pytest.raises(NoSolutionError) as raised:
        drive(search, universe, remarks or {})
    assert raised.value.why is not None
    return [line.strip() for line in raised.value.why.splitlines()]


def drive(search: Search, universe: Universe, remarks: dict[str, tuple[str, ...]]) -> None:
    """Feed the search whatever it needs until it ends."""
    while isinstance(needs := search.advance(), Needs):
        for name in needs.candidates:
            search.feed_candidates(name, offer(universe.get(name, {}), remarks.get(name, ())))
        for package, number in needs.dependencies:
            version = sorted(universe[base_of(package)], reverse=True)[number]
            wanted = universe[base_of(package)][version]
            search.feed_dependencies(package, number, [Wanted(n, s, f"{n} {s}") for n, s in wanted])


def offer(versions: dict[str, list[tuple[str, str]]], remarks: tuple[str, ...]) -> Offer:
    ordered = tuple(sorted(versions, reverse=True))

    def matching(specifier: str) -> int:
        return sum(2 << n for n, v in enumerate(ordered) if not specifier or v in specifier.split(","))

    return Offer(ordered, matching, remarks)


def test_both_sides_of_a_clash_are_named() -> None:
    universe = {"a": {"1": [("c", "1")]}, "b": {"1": [("c", "2")]}, "c": {"1": [], "2": []}}
    lines = explained(universe, [("a", ""), ("b", "")])
    assert lines[0] == "these take part:"
    assert set(lines[1:]) == {
        "a  is asked for (the command line)",
        "b  is asked for (the command line)",
        "a 1 requires c 1",
        "b 1 requires c 2",
    }


def test_what_there_is_stands_beside_what_was_asked_for() -> None:
    lines = explained({"a": {"1": [], "2": [], "3": [], "4": []}}, [("a", "9")])
    assert lines[1:] == ["a 9 is asked for (the command line)", "a: offered are 4, 3, 2 and 1 older"]


def test_remarks_on_what_is_not_offered_are_shown() -> None:
    lines = explained({}, [("a", "")], {"a": ("no index knows a project of this name",)})
    assert lines[-1] == "a: no index knows a project of this name"


def test_many_versions_are_told_as_a_range() -> None:
    many = {str(number): [("c", "9")] for number in range(1, 6)}
    lines = explained({"a": {**many, "6": [("c", "8")]}, "c": {"1": []}}, [("a", "")])
    assert any(line.startswith("a ") and "requires c" in line for line in lines)
