"""The search against a solver that tries everything, and its manners."""

from collections.abc import Mapping
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodega.resolution.clauses import Asked, Constrained, Depends, Fact
from bodega.resolution.errors import NoSolutionError, SearchTooLongError
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Solution, Wanted, base_of
from bodega.resolution.search import Search

#: package -> version -> what it requires: package key and the versions that do ("1,2").
Universe = Mapping[str, Mapping[str, list[tuple[str, str]]]]


def offer(versions: list[str]) -> Offer:
    ordered = tuple(sorted(versions, key=int, reverse=True))

    def matching(specifier: str) -> int:
        wanted = specifier.split(",") if specifier else ordered
        return sum(2 << number for number, version in enumerate(ordered) if version in wanted)

    return Offer(ordered, matching)


def problem(roots: list[tuple[str, str]], constraints: list[tuple[str, str]] = ()) -> Problem:  # type: ignore[assignment]
    return Problem(
        [RootRequirement(Wanted(name, spec, f"{name} {spec}"), "test") for name, spec in roots],
        [RootRequirement(Wanted(name, spec, f"{name} {spec}"), "constraints") for name, spec in constraints],
    )


def outcome_of(universe: Universe, asked: Problem, order: Random | None) -> object:
    """The chosen versions, or the words on why there are none."""
    try:
        return solve(universe, asked, order=order)
    except NoSolutionError as error:
        return error.why


def solve(
    universe: Universe, asked: Problem, *, order: Random | None = None, **options: int
) -> dict[str, str]:
    """Feed the search what it needs, in a shuffled order where one is given, and name versions."""
    search = Search(asked, **options)
    while True:
        outcome = search.advance()
        if isinstance(outcome, Solution):
            return {
                package: offer(list(universe[base_of(package)])).versions[number]
                for package, number in outcome.chosen.items()
            }
        feed(search, outcome, universe, order)


def feed(search: Search, needs: Needs, universe: Universe, order: Random | None) -> None:
    names = [*needs.candidates, *needs.hinted_candidates]
    pairs = [*needs.dependencies, *needs.hinted_dependencies]
    if order is not None:
        order.shuffle(names)
        order.shuffle(pairs)
        pairs = [pair for pair in pairs if pair in needs.dependencies or order.random() < 0.5]
    for name in names:
        search.feed_candidates(name, offer(list(universe.get(name, {}))))
    for package, number in pairs:
        base = base_of(package)
        version = offer(list(universe[base])).versions[number]
        wanted = (
            universe.get(package, universe[base])[version] if package != base else universe[base][version]
        )
        search.feed_dependencies(
            package, number, [Wanted(name, spec, f"{name} {spec}") for name, spec in wanted]
        )


def brute(universe: Universe, asked: Problem) -> list[dict[str, str]]:
    """Every valid selection: whatever is selected has all it requires, and the roots are selected."""
    packages = sorted(universe)
    found = []
    for choice in product(*([None, *universe[name]] for name in packages)):
        chosen = {name: version for name, version in zip(packages, choice, strict=True) if version}
        if is_valid(universe, asked, chosen):
            found.append(chosen)
    return found


def is_valid(universe: Universe, asked: Problem, chosen: Mapping[str, str]) -> bool:
    wanted = [(root.wanted.package, root.wanted.specifier) for root in asked.roots]
    wanted += [pair for name, version in chosen.items() for pair in universe[name][version]]
    narrowed = [
        (c.wanted.package, c.wanted.specifier) for c in asked.constraints if c.wanted.package in chosen
    ]
    return all(
        name in chosen and (not spec or chosen[name] in spec.split(",")) for name, spec in wanted + narrowed
    )


NAMES = ["a", "b", "c", "d"]
SPECS = st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True).map(",".join)
WANTS = st.lists(st.tuples(st.sampled_from(NAMES), SPECS), max_size=3)
UNIVERSES = st.fixed_dictionaries(
    {name: st.dictionaries(st.sampled_from("123"), WANTS, max_size=3) for name in NAMES}
)
EXTRA = "a[x]"
NODES = [*NAMES[:3], EXTRA]


@st.composite
def with_extra(draw: st.DrawFn) -> Universe:
    """Three packages, of which the first has an extra; anything may require it, itself too."""
    wants = st.lists(st.tuples(st.sampled_from(NODES), SPECS), max_size=2)
    versions = {name: draw(st.lists(st.sampled_from("123"), max_size=3, unique=True)) for name in NAMES[:3]}
    return {node: {version: draw(wants) for version in versions[base_of(node)]} for node in NODES}


ROOTS = st.lists(st.tuples(st.sampled_from(NAMES), SPECS), min_size=1, max_size=3)


@settings(max_examples=800, deadline=None)
@given(
    universe=UNIVERSES,
    roots=ROOTS,
    constraints=st.lists(st.tuples(st.sampled_from(NAMES), SPECS), max_size=2),
)
def test_the_search_agrees_with_trying_everything(
    universe: Universe, roots: list[tuple[str, str]], constraints: list[tuple[str, str]]
) -> None:
    asked = problem(roots, constraints)
    valid = brute(universe, asked)
    try:
        chosen = solve(universe, asked)
    except NoSolutionError as error:
        assert valid == []
        check_proof(universe, asked, error)
    else:
        assert is_valid(universe, asked, chosen)
        assert valid


def check_proof(universe: Universe, asked: Problem, error: NoSolutionError) -> None:
    """The facts of the proof alone leave no solution, and none of their groups can be spared."""
    groups = error.conflict.groups()
    assert solutions_of([fact for group in groups for fact in group.facts], universe, asked, error) == []
    for spared in groups:
        rest = [fact for group in groups if group is not spared for fact in group.facts]
        assert solutions_of(rest, universe, asked, error)


def solutions_of(
    facts: list[Fact], universe: Universe, asked: Problem, error: NoSolutionError
) -> list[dict[str, str]]:
    """What satisfies the facts, each of which must be one of the input's."""
    roots, constraints, kept = (
        [],
        [],
        {name: {v: [] for v in versions} for name, versions in universe.items()},
    )
    for fact in facts:
        if isinstance(fact, Asked):
            roots.append(next(r for r in asked.roots if r.wanted.text == fact.text))
        elif isinstance(fact, Constrained):
            constraints.append(next(c for c in asked.constraints if c.wanted.text == fact.text))
        elif isinstance(fact, Depends):
            for version in error.conflict.versions(fact.package, fact.candidates):
                want = next(w for w in universe[fact.package][version] if f"{w[0]} {w[1]}" == fact.text)
                kept[fact.package][version].append(want)
    return brute(kept, Problem(roots, constraints))


@settings(max_examples=300, deadline=None)
@given(universe=UNIVERSES, roots=ROOTS, seed=st.integers(0, 1000))
def test_the_order_of_answers_changes_nothing(
    universe: Universe, roots: list[tuple[str, str]], seed: int
) -> None:
    asked = problem(roots)
    assert outcome_of(universe, asked, Random(seed)) == outcome_of(universe, asked, None)


@settings(max_examples=300, deadline=None)
@given(
    universe=with_extra(), roots=st.lists(st.tuples(st.sampled_from(NODES), SPECS), min_size=1, max_size=3)
)
def test_extras_agree_with_trying_everything(universe: Universe, roots: list[tuple[str, str]]) -> None:
    asked = problem(roots)
    valid = [
        chosen
        for chosen in brute(universe, asked)
        if chosen.get("a", "") == chosen.get(EXTRA, chosen.get("a", ""))
    ]
    try:
        chosen = solve(universe, asked)
    except NoSolutionError:
        assert valid == []
    else:
        assert chosen in valid


def test_the_best_candidates_are_chosen_and_nothing_that_nobody_requires() -> None:
    universe = {"a": {"1": [], "2": [("b", "")]}, "b": {"1": [], "3": []}, "c": {"1": []}}
    assert solve(universe, problem([("a", "")])) == {"a": "2", "b": "3"}


def test_an_older_candidate_is_taken_where_the_newest_leads_nowhere() -> None:
    universe = {"a": {"1": [("b", "1")], "2": [("b", "9")]}, "b": {"1": [], "2": []}}
    assert solve(universe, problem([("a", ""), ("b", "")])) == {"a": "1", "b": "1"}


def test_an_extra_is_of_the_release_of_its_base() -> None:
    universe = {
        "a": {"1": [], "2": [("b", "2")]},
        "b": {"1": [], "2": []},
        "x": {"1": []},
        "a[e]": {"1": [("x", "")], "2": [("x", "")]},
    }
    chosen = solve(universe, problem([("a", ""), ("a[e]", ""), ("b", "1")]))
    assert chosen == {"a": "1", "a[e]": "1", "b": "1", "x": "1"}


def test_a_candidate_that_excludes_itself_is_never_chosen() -> None:
    universe = {"a": {"1": [], "2": [("a", "1")]}}
    assert solve(universe, problem([("a", "")])) == {"a": "1"}


def test_a_search_gives_up_after_its_steps() -> None:
    universe = {"a": {"1": [("b", "")]}, "b": {"1": []}}
    with pytest.raises(SearchTooLongError):
        solve(universe, problem([("a", "")]), most_steps=1)


def test_a_thousand_releases_are_not_tried_for_the_newest_of_another() -> None:
    many = [str(number) for number in range(1, 1000)]
    universe = {
        "app": {"1": [("date", "")]},
        "date": {"1": [], "2": []},
        "sdk": {number: [("core", number)] for number in many},
        "core": {number: [("date", "1")] for number in many},
    }
    chosen = solve(universe, problem([("app", ""), ("sdk", "")]), most_steps=100)
    assert chosen == {"app": "1", "sdk": "999", "core": "999", "date": "1"}


def test_a_thousand_releases_are_not_tried_where_another_project_has_none() -> None:
    many = [str(number) for number in range(1, 1000)]
    universe = {
        "sdk": {number: [("core", number)] for number in many},
        "core": {number: [("date", "9")] for number in many},
        "date": {"1": []},
    }
    with pytest.raises(NoSolutionError) as failure:
        solve(universe, problem([("sdk", ""), ("core", "1,2,3")]), most_steps=200)
    assert "core" in (failure.value.why or "")
    assert "sdk" not in (failure.value.why or "")


def test_the_more_candidates_are_refused_the_more_are_asked_for_at_once() -> None:
    many = [str(number) for number in range(1, 200)]
    universe = {"a": {number: [("b", "1" if number == "1" else "9")] for number in many}, "b": {"1": []}}
    search = Search(problem([("a", "")]))
    turns = 0
    while isinstance(needs := search.advance(), Needs):
        feed(search, needs, universe, None)
        turns += 1
    assert needs.chosen == {"a": 198, "b": 0}
    assert turns < 15


def test_a_candidate_that_requires_itself_is_chosen() -> None:
    universe = {"a": {"1": [], "2": [("a", "1,2"), ("b", "")]}, "b": {"1": []}}
    assert solve(universe, problem([("a", "")])) == {"a": "2", "b": "1"}


def test_hints_name_what_the_best_candidates_need() -> None:
    search = Search(problem([("a", ""), ("b", "")]))
    needs = search.advance()
    assert isinstance(needs, Needs)
    assert set(needs.candidates) == {"a", "b"}
    search.feed_candidates("a", offer(["1", "2"]))
    search.feed_candidates("b", offer(["7"]))
    needs = search.advance()
    assert isinstance(needs, Needs)
    assert set(needs.dependencies) | set(needs.hinted_dependencies) == {("a", 0), ("b", 0)}


def test_a_search_without_end_names_what_was_tried_most():
    with pytest.raises(SearchTooLongError) as failure:
        solve(
            {"a": {str(n): [("b", str(n))] for n in range(1, 40)}, "b": {"1": []}},
            problem([("a", ""), ("b", "1")]),
            most_steps=20,
        )
    assert failure.value.tried[0] == "a"
    assert "tried most were the versions of a" in str(failure.value.why)
