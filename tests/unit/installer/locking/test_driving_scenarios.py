"""The rules of resolution, one scenario or more for each: ``tests/scenarios``, and what they look like."""

from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from bodega.formats.names import normalize
from bodega.installer.building.never import NeverBuilds
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from support.memory_index import MemoryCache, MemoryReferences, asked, versions
from support.scenarios import Scenario, parse, scenarios

ALL = list(scenarios())
#: What one may say so that requirements are not what packages say.
CHANGING = ("override", "exclude", "static", "no-deps", "installed", "only-deps")


def resolved(scenario: Scenario, **reading: bool) -> dict[str, str]:
    materials = Materials(
        reader=scenario.reader(**reading),
        computed=MemoryCache(),
        builder=NeverBuilds(),
        references=MemoryReferences({}),
    )
    request = ResolveRequest(requirements=asked(*scenario.said["asks"]), **scenario.options())
    return versions(Resolver(materials, scenario.target).resolve(request))


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: f"{one.file}: {one.name}")
def test_scenario(scenario):
    if scenario.gives is not None:
        found = resolved(scenario)
        assert found == scenario.gives
        assert resolved(scenario, is_warm=True, backwards=True) == found
        assert list(unsatisfied(scenario, found)) == []
        return
    why = refusal(scenario)
    assert refusal(scenario, is_warm=True) == why
    for text in (*scenario.said["refuses"], *scenario.said.get("says", ())):
        assert text in why


def refusal(scenario: Scenario, **reading: bool) -> str:
    with pytest.raises(NoSolutionError) as failure:
        resolved(scenario, **reading)
    return str(failure.value.why)


def unsatisfied(scenario: Scenario, found: dict[str, str]) -> Iterator[str]:
    """What the chosen versions require and do not have, by the authority on versions and markers."""
    if any(key in scenario.said for key in CHANGING):
        return
    environment = dict(scenario.target.markers)
    waiting = [Requirement(text) for text in scenario.said["asks"]]
    seen = set()
    while waiting:
        requirement = waiting.pop()
        name = normalize(requirement.name)
        marker = requirement.marker
        if marker is not None and not marker.evaluate(environment):
            continue
        if name not in found or not SpecifierSet(str(requirement.specifier)).contains(
            found[name], prereleases=True
        ):
            yield str(requirement)
        chosen = [
            one for one in scenario.releases if normalize(one.name) == name and one.version == found.get(name)
        ]
        for extra in ("", *requirement.extras):
            if not chosen or (name, extra) in seen:
                continue
            seen.add((name, extra))
            for text in chosen[-1].facts.get("requires", ()):
                inner = Requirement(text)
                if inner.marker is None or inner.marker.evaluate({**environment, "extra": normalize(extra)}):
                    inner.marker = None
                    waiting.append(inner)


def test_there_is_one_for_each_rule():
    names = [(one.file, one.name) for one in ALL]
    assert len(names) == len(set(names))
    assert len(names) >= 150
    assert all("rule" in one.said and ("gives" in one.said) != ("refuses" in one.said) for one in ALL)


@pytest.mark.parametrize("line", ["asks a", "ask: a", "      colour blue"])
def test_a_line_that_means_nothing_is_no_scenario(line):
    with pytest.raises(ValueError, match=r"ask|colour"):
        parse(["scenario: x", "offers:", "  a 1", line], "file")
