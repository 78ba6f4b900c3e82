"""Conflicts in words: every requirement that takes part is named, and nothing else."""

from collections.abc import Mapping, Sequence

import pytest

from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Wanted, base_of
from bodega.resolution.search import Search

#: package key -> version -> what it requires: package key and the versions that do ("1,2").
Universe = Mapping[str, Mapping[str, list[tuple[str, str]]]]


def offer(versions: Mapping[str, object], remarks: tuple[str, ...] = (), yanked: str = "") -> Offer:
    ordered = tuple(sorted(versions, key=int, reverse=True))

    def matching(specifier: str) -> int:
        wanted = specifier.split(",") if specifier else ordered
        return sum(2 << n for n, v in enumerate(ordered) if v in wanted and v != yanked)

    def withheld(specifiers: Sequence[str]) -> list[str]:
        return [f"{yanked} is yanked"] if yanked and all(yanked in one for one in specifiers) else []

    return Offer(ordered, matching, remarks, withheld)


def root(text: str, origin: str) -> RootRequirement:
    package, _, specifier = text.partition(" ")
    return RootRequirement(Wanted(package, specifier, text), origin)


def conflict_of(
    universe: Universe,
    *asked: str,
    constraints: tuple[str, ...] = (),
    offers: Mapping[str, Offer] | None = None,
) -> NoSolutionError:
    roots = [root(text, "the command line") for text in asked]
    search = Search(Problem(roots, [root(text, "limits.txt, line 2") for text in constraints]))
    with pytest.raises(NoSolutionError) as raised:
        drive(search, universe, offers or {})
    return raised.value


def drive(search: Search, universe: Universe, offers: Mapping[str, Offer]) -> None:
    """Feed the search whatever it needs until it ends."""
    while isinstance(needs := search.advance(), Needs):
        for name in needs.candidates:
            search.feed_candidates(name, offers.get(name) or offer(universe.get(name, {})))
        for package, number in needs.dependencies:
            version = sorted(universe[base_of(package)], key=int, reverse=True)[number]
            wanted = [Wanted(n, s, f"{n} {s}".strip()) for n, s in universe[package][version]]
            search.feed_dependencies(package, number, wanted)


def lines_of(*arguments: object, **options: object) -> list[str]:
    why = conflict_of(*arguments, **options).why  # type: ignore[arg-type]
    assert why is not None
    first, *lines = why.splitlines()
    assert first == "these take part:"
    return [line.removeprefix("  ") for line in lines]


def test_both_sides_of_a_clash_are_named() -> None:
    universe = {"a": {"1": [("c", "1")]}, "b": {"1": [("c", "2")]}, "c": {"1": [], "2": []}}
    assert lines_of(universe, "a", "b") == [
        "a is asked for (the command line)",
        "  a 1 requires c 1",
        "b is asked for (the command line)",
        "  b 1 requires c 2",
        "c 1 and c 2 have no version of c in common",
    ]


def test_chains_are_told_from_what_was_asked_for() -> None:
    universe = {
        "app": {"1": [("mid", "")], "2": [("mid", "")]},
        "mid": {"1": [("lib", "1")], "2": [("lib", "1,2")]},
        "lib": {"1": [], "2": [], "3": []},
    }
    assert lines_of(universe, "app", constraints=("lib 3",)) == [
        "app is asked for (the command line)",
        "  every version of app requires mid",
        "    mid 2 requires lib 1,2",
        "    mid 1 requires lib 1",
        "lib 3 is a constraint (limits.txt, line 2)",
        "what mid requires and lib 3 have no version of lib in common",
    ]


def test_what_an_extra_requires_is_the_extras() -> None:
    universe = {
        "a": {"1": [], "2": []},
        "a[x]": {"1": [("b", "1")], "2": [("b", "1")]},
        "b": {"1": [], "2": []},
    }
    assert lines_of(universe, "a", "a[x]", "b 2") == [
        "a[x] is asked for (the command line)",
        "  every version of a[x] requires b 1",
        "b 2 is asked for (the command line)",
        "b 1 and b 2 have no version of b in common",
    ]


def test_what_takes_no_part_is_not_told() -> None:
    universe = {
        "a": {"1": [("c", "1"), ("other", "")]},
        "other": {"1": [("c", "1")]},
        "c": {"1": [], "2": []},
    }
    assert lines_of(universe, "other", "a", "c 2") == [
        "other is asked for (the command line)",
        "  other 1 requires c 1",
        "c 2 is asked for (the command line)",
        "c 1 and c 2 have no version of c in common",
    ]


def test_what_there_is_stands_beside_what_was_asked_for() -> None:
    assert lines_of({"a": {"1": [], "2": [], "9": [], "10": []}}, "a 11") == [
        "a 11 is asked for (the command line)",
        "a: offered are 10, 9, 2 and 1 older",
    ]


def test_what_there_is_stands_beside_what_is_required() -> None:
    assert lines_of({"a": {"1": [("b", "7")]}, "b": {"3": []}}, "a") == [
        "a is asked for (the command line)",
        "  a 1 requires b 7",
        "b: offered are 3",
    ]


def test_remarks_on_what_is_not_offered_are_shown() -> None:
    unknown = offer({}, ("no index knows a project of this name",))
    assert lines_of({}, "a", offers={"a": unknown}) == [
        "a is asked for (the command line)",
        "a: no index knows a project of this name",
    ]


def test_what_is_withheld_is_told_where_it_is_missed() -> None:
    universe = {"a": {"1": [], "2": []}, "b": {"1": [("a", "2")]}}
    assert lines_of(universe, "b", offers={"a": offer(universe["a"], yanked="2")}) == [
        "b is asked for (the command line)",
        "  b 1 requires a 2",
        "a: offered are 2, 1",
        "a: 2 is yanked",
    ]


def test_what_is_withheld_is_told_only_where_it_would_have_helped() -> None:
    universe = {"a": {"1": [], "2": [], "3": []}, "b": {"1": [("a", "1,2")]}}
    for other, told in (("2,3", True), ("3", False)):
        lines = lines_of(universe, "b", f"a {other}", offers={"a": offer(universe["a"], yanked="2")})
        assert lines[3] == f"a 1,2 and a {other} have no version of a in common"
        assert (lines[4:] == ["a: 2 is yanked"]) == told


def test_many_requirements_of_one_project_are_told_together() -> None:
    universe = {
        "app": {str(n): [("lib", str(n))] for n in range(1, 30)},
        "lib": {str(n): [] for n in range(1, 40)},
    }
    ends, spans = "lib 1 the oldest, lib 8 the newest", "1 to 5, 7 to 8 (7 versions)"
    assert lines_of(universe, "app 1,2,3,4,5,7,8", "lib 33,34") == [
        "app 1,2,3,4,5,7,8 is asked for (the command line)",
        f"  app {spans} require lib, each in its own way: {ends}, and all of them together lib {spans}",
        "lib 33,34 is asked for (the command line)",
        "what app requires and lib 33,34 have no version of lib in common",
    ]


def test_scattered_versions_are_counted() -> None:
    universe = {
        "app": {str(n): [("lib", "1" if n % 2 else "2")] for n in range(1, 11)},
        "lib": {"3": []},
    }
    assert lines_of(universe, "app 1,3,5,7,9") == [
        "app 1,3,5,7,9 is asked for (the command line)",
        "  app 1 to 9 (5 of the versions between) require lib 1",
        "lib: offered are 3",
    ]
