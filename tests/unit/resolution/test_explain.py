"""Conflicts in words: every requirement that takes part is named, and nothing else."""

from collections.abc import Mapping, Sequence

import pytest

from bodega.resolution.clauses import Depends
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.naming import brief, requirement
from bodega.resolution.not_offered import NotOffered
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Wanted, base_of
from bodega.resolution.search import Search

#: package key -> version -> what it requires: package key and the versions that do ("1,2").
Universe = Mapping[str, Mapping[str, list[tuple[str, str]]]]


def offer(versions: Mapping[str, object], unknown: str = "", yanked: str = "") -> Offer:
    ordered = tuple(sorted(versions, key=int, reverse=True))

    def matching(specifier: str) -> int:
        wanted = specifier.split(",") if specifier else ordered
        return sum(2 << n for n, v in enumerate(ordered) if v in wanted and v != yanked)

    def withheld(specifiers: Sequence[str]) -> list[NotOffered]:
        if unknown:
            return [NotOffered("unknown-project", (), unknown)]
        is_yanked = yanked and all(yanked in one for one in specifiers)
        return [NotOffered("yanked", (yanked,), "yanked")] if is_yanked else []

    return Offer(ordered, matching, withheld)


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
    """The sentence, then the lines below it."""
    error = conflict_of(*arguments, **options)  # type: ignore[arg-type]
    assert error.why is not None
    first, *lines = error.why.splitlines()
    assert first == "these take part:"
    return [error.what, *(line.removeprefix("  ") for line in lines)]


def test_both_sides_of_a_clash_are_named() -> None:
    universe = {"a": {"1": [("c", "1")]}, "b": {"1": [("c", "2")]}, "c": {"1": [], "2": []}}
    assert lines_of(universe, "a", "b") == [
        "a needs c 1, and b needs c 2",
        "a is asked for (the command line)",
        "  a 1 requires c 1",
        "b is asked for (the command line)",
        "  b 1 requires c 2",
    ]


def test_chains_are_told_from_what_was_asked_for() -> None:
    universe = {
        "app": {"1": [("mid", "")], "2": [("mid", "")]},
        "mid": {"1": [("lib", "1")], "2": [("lib", "1,2")]},
        "lib": {"1": [], "2": [], "3": []},
    }
    assert lines_of(universe, "app", constraints=("lib 3",)) == [
        "app (through mid) needs lib 1,2, and the constraint is lib 3 (limits.txt, line 2)",
        "app is asked for (the command line)",
        "  every version of app requires mid",
        "    mid 2 requires lib 1,2",
        "    mid 1 requires lib 1",
        "lib 3 is a constraint (limits.txt, line 2)",
    ]


def test_requirements_of_the_user_that_exclude_each_other() -> None:
    assert lines_of({"a": {"1": [], "2": []}}, "a 1", "a 2") == [
        "you asked for a 1 and a 2, and no version of a is both",
        "a 1 is asked for (the command line)",
        "a 2 is asked for (the command line)",
    ]


def test_three_that_only_together_leave_nothing() -> None:
    universe = {"a": {"1": [], "2": [], "3": []}, "b": {"1": [("a", "2,3")]}, "c": {"1": [("a", "1,3")]}}
    assert lines_of(universe, "b", "c", "a 1,2") == [
        "b needs a 2,3, and c needs a 1,3, and you asked for a 1,2",
        "b is asked for (the command line)",
        "  b 1 requires a 2,3",
        "c is asked for (the command line)",
        "  c 1 requires a 1,3",
        "a 1,2 is asked for (the command line)",
    ]


def test_versions_that_fail_each_for_its_own_reason() -> None:
    universe = {
        "app": {"1": [("old", "1")], "2": [("lib", "2")]},
        "old": {"1": [], "2": []},
        "lib": {"1": [], "2": []},
    }
    assert lines_of(universe, "app", "old 2", "lib 1") == [
        "app 2 needs lib 2, and you asked for lib 1; app 1 needs old 1, and you asked for old 2",
        "app is asked for (the command line)",
        "  app 2 requires lib 2",
        "  app 1 requires old 1",
        "old 2 is asked for (the command line)",
        "lib 1 is asked for (the command line)",
    ]


def test_what_an_extra_requires_is_the_extras() -> None:
    universe = {
        "a": {"1": [], "2": []},
        "a[x]": {"1": [("b", "1")], "2": [("b", "1")]},
        "b": {"1": [], "2": []},
    }
    assert lines_of(universe, "a", "a[x]", "b 2") == [
        "a[x] needs b 1, and you asked for b 2",
        "a[x] is asked for (the command line)",
        "  every version of a[x] requires b 1",
        "b 2 is asked for (the command line)",
    ]


def test_what_takes_no_part_is_not_told() -> None:
    universe = {
        "a": {"1": [("c", "1"), ("other", "")]},
        "other": {"1": [("c", "1")]},
        "c": {"1": [], "2": []},
    }
    assert lines_of(universe, "other", "a", "c 2") == [
        "other needs c 1, and you asked for c 2",
        "other is asked for (the command line)",
        "  other 1 requires c 1",
        "c 2 is asked for (the command line)",
    ]


def test_what_there_is_stands_beside_what_was_asked_for() -> None:
    assert lines_of({"a": {"1": [], "2": [], "9": [], "10": []}}, "a 11") == [
        "you asked for a 11, and there is no such version of a",
        "a 11 is asked for (the command line)",
        "a: offered are 10, 9, 2 and 1 older",
    ]


def test_what_there_is_stands_beside_what_is_required() -> None:
    assert lines_of({"a": {"1": [("b", "7")]}, "b": {"3": []}}, "a") == [
        "a needs b 7, and there is no such version of b",
        "a is asked for (the command line)",
        "  a 1 requires b 7",
        "b: offered are 3",
    ]


def test_a_project_that_nobody_knows() -> None:
    unknown = offer({}, "no index knows a project of this name")
    assert lines_of({}, "a", offers={"a": unknown}) == [
        "you asked for a, and no index knows a project of this name",
        "a is asked for (the command line)",
        "a: no index knows a project of this name",
    ]


def test_what_is_withheld_is_told_where_it_is_missed() -> None:
    universe = {"a": {"1": [], "2": []}, "b": {"1": [("a", "2")]}}
    assert lines_of(universe, "b", offers={"a": offer(universe["a"], yanked="2")}) == [
        "b needs a 2, and what fits exists but is not offered: yanked",
        "b is asked for (the command line)",
        "  b 1 requires a 2",
        "a: offered are 1",
        "a: 2 exists, not offered: yanked",
    ]


def test_what_is_withheld_is_told_only_where_it_would_have_helped() -> None:
    universe = {"a": {"1": [], "2": [], "3": []}, "b": {"1": [("a", "1,2")]}}
    for other, told in (("2,3", True), ("3", False)):
        lines = lines_of(universe, "b", f"a {other}", offers={"a": offer(universe["a"], yanked="2")})
        assert lines[0] == f"b needs a 1,2, and you asked for a {other}"
        assert (lines[4:] == ["a: 2 exists, not offered: yanked"]) == told


def test_many_requirements_of_one_project_are_told_together() -> None:
    universe = {
        "app": {str(n): [("lib", str(n))] for n in range(1, 30)},
        "lib": {str(n): [] for n in range(1, 40)},
    }
    ends = "lib 1 the oldest, lib 10 the newest"
    together = "and all of them together lib 1 to 8, 10 (9 versions)"
    assert lines_of(universe, "app 1,2,3,4,5,6,7,8,10", "lib 33,34") == [
        "app 1,2,3,4,5,6,7,8,10 needs lib 1 to 8, 10 (9 versions), and you asked for lib 33,34",
        "app 1,2,3,4,5,6,7,8,10 is asked for (the command line)",
        f"  app 1 to 10 (all 9 that fit) require lib, each in its own way: {ends}, {together}",
        "lib 33,34 is asked for (the command line)",
    ]


def test_scattered_versions_are_counted() -> None:
    universe = {
        "app": {str(n): [("lib", "1" if n % 2 else "2")] for n in range(1, 11)},
        "lib": {"3": []},
    }
    assert lines_of(universe, "app") == [
        "app needs lib 1 or lib 2, and there is no such version of lib",
        "app is asked for (the command line)",
        "  app 2 to 10 (5 of the versions between) require lib 2",
        "  app 1 to 9 (5 of the versions between) require lib 1",
        "lib: offered are 3",
    ]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("B (<2,>=1)", "b>=1,<2"),
        ("b[y,x] < 3 ; python_version > '3'", "b[x,y]<3"),
        ("b @ https://example.org/b.whl", "b @ https://example.org/b.whl"),
        ("b!=1.1,<2", "b<2,!=1.1"),
    ],
)
def test_requirements_are_shown_without_what_does_not_matter(written: str, shown: str) -> None:
    assert requirement(Depends("a", 2, "b", "", written, 0)) == shown


def test_long_lists_of_exceptions_are_no_part_of_a_sentence() -> None:
    assert brief("b>=1,<9,!=2,!=3") == "b>=1,<9,!=2,!=3"
    assert brief("b>=1,<9,!=2,!=3,!=4") == "b>=1,<9"


def test_long_chains_are_folded_and_everything_in_them_is_named() -> None:
    universe = {f"p{n}": {"1": [(f"p{n + 1}", "")]} for n in range(12)}
    universe |= {"p12": {"1": [("q", "1")]}, "q": {"1": [], "2": []}}
    lines = lines_of(universe, "p0", "q 2")
    assert lines[0] == "p0 (through p11, p12) needs q 1, and you asked for q 2"
    assert [line.strip() for line in lines[1:3]] == ["p0 is asked for (the command line)", "p0 1 requires p1"]
    assert lines[3].startswith("    p1 1 requires p2; p2 1 requires p3; ")
    assert lines[4:6] == ["      p11 1 requires p12", "        p12 1 requires q 1"]
    assert len(lines) == 7


def test_very_many_lines_end_in_one_that_names_the_rest() -> None:
    numbers = range(1, 61)
    universe = {"app": {str(n): [(f"l{n}", "1")] for n in numbers}} | {
        f"l{n}": {"1": [], "2": []} for n in numbers
    }
    lines = lines_of(universe, "app", *(f"l{n} 2" for n in numbers))
    assert len(lines) < 50
    assert sum(line.startswith("also: ") for line in lines) == 1
    text = "\n".join(lines)
    assert all(f"app {n} requires l{n} 1" in text and f"l{n} 2 is asked for" in text for n in numbers)
