"""A conflict as data."""

import json
from collections.abc import Mapping

import pytest

from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Wanted
from bodega.resolution.search import Search


def failed() -> NoSolutionError:
    """Everything of ``a`` requires an old ``c``, which a constraint excludes."""
    offers = {
        "a": Offer(("2.0", "1.9", "1.10"), lambda _: 0b1110),
        "c": Offer(("2", "1"), lambda specifier: {"<2": 0b100, ">=2": 0b10, "": 0b110}[specifier]),
    }
    search = Search(
        Problem(
            [RootRequirement(Wanted("a", "", "A"), "the command line")],
            [RootRequirement(Wanted("c", ">=2", "c>=2"), "limits.txt, line 2")],
        )
    )
    with pytest.raises(NoSolutionError) as raised:
        drive(search, offers)
    return raised.value


def drive(search: Search, offers: Mapping[str, Offer]) -> None:
    """Feed the search whatever it needs until it ends."""
    while isinstance(needs := search.advance(), Needs):
        for name in needs.candidates:
            search.feed_candidates(name, offers[name])
        for package, number in needs.dependencies:
            search.feed_dependencies(package, number, [Wanted("c", "<2", "c <2")])


def test_facts_have_spans_in_the_order_of_versions() -> None:
    data = json.loads(json.dumps(failed().conflict.as_json()))
    assert sorted(data["facts"], key=lambda fact: fact["kind"]) == [
        {
            "kind": "asked",
            "project": "a",
            "origin": "the command line",
            "requirement": "A",
            "admits": [["1.9", "2.0"]],
        },
        {
            "kind": "constraint",
            "project": "c",
            "origin": "limits.txt, line 2",
            "requirement": "c>=2",
            "admits": [["2", "2"]],
        },
        {
            "kind": "requires",
            "project": "a",
            "versions": [["1.9", "2.0"]],
            "requirement": "c <2",
            "admits": [["1", "1"]],
        },
    ]


def test_the_derivation_ends_with_what_can_never_hold_and_leads_to_every_fact() -> None:
    data = failed().conflict.as_json()
    steps = data["derivation"]
    assert isinstance(steps, list)
    assert isinstance(data["facts"], list)
    assert steps[-1]["terms"] == {}
    used = set()
    for number, step in enumerate(steps):
        for cause in step["follows_from"]:
            assert cause.get("step", -1) < number
            used.add(cause.get("fact"))
    assert used - {None} == set(range(len(data["facts"])))


def test_every_fact_of_one_package_on_another_is_one_group() -> None:
    groups = failed().conflict.groups()
    assert sorted((str(group.source), group.target, group.admits) for group in groups) == [
        ("None", "a", 0b1110),
        ("None", "c", 0b10),
        ("a", "c", 0b100),
    ]
