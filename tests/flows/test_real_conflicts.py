"""Recorded conflicts of real projects: explained in full, and what is said to solve them does."""

from collections.abc import Iterable, Mapping, Sequence

import pytest

from bodega.resolution.clauses import Asked, Depends, Fact
from bodega.resolution.conflicts import Conflict, target_of
from bodega.resolution.naming import requirement
from bodega.resolution.ports import base_of
from support.conflict_recorder import followed, live
from support.conflict_stories import recorded, told_stories

NAMES = sorted(told_stories())
#: More requirements of one project on another than this are told together.
TOLD_ONE_BY_ONE = 8


def test_there_are_thirty_at_least() -> None:
    assert len(NAMES) >= 30


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_takes_part_is_named_and_nothing_else_does(name: str) -> None:
    failure = recorded(name).failure()
    conflict = failure.conflict
    parts = [group.facts for group in conflict.groups()]
    assert not can_hold(conflict, [fact for part in parts for fact in part])
    for left_out in parts:
        rest = [fact for part in parts if part is not left_out for fact in part]
        assert can_hold(conflict, rest), f"{requirement(left_out[0])} is named and not needed"
    for part in parts:
        texts = set(map(requirement, part))
        named = [text for text in texts if text in str(failure.why)]
        # Of very many the oldest and the newest are named, and what all of them admit.
        assert len(named) == len(texts) or (len(texts) > TOLD_ONE_BY_ONE and len(named) > 1)
        assert base_of(target_of(part[0])) in str(failure.why)


@pytest.mark.parametrize("name", NAMES)
def test_the_first_relaxation_works_when_followed(name: str) -> None:
    story = recorded(name)
    failure = story.failure()
    first = failure.relaxations[0]
    chosen = story.resolve(followed(story.asked, failure))
    assert dict(first.solved).items() <= chosen.items()
    assert first.words() == failure.steps()[0]
    for change in first.changes:
        assert change.replacement in first.words()
        assert change.requirement in first.words()


@pytest.mark.upstream
@pytest.mark.parametrize("name", ["flask-werkzeug", "requests-idna"])
def test_the_same_holds_today(name: str) -> None:
    failure, chosen = live(told_stories()[name])
    assert failure is not None
    assert dict(failure.relaxations[0].solved).items() <= chosen.items()


def can_hold(conflict: Conflict, facts: Sequence[Fact]) -> bool:
    """Whether facts leave a solution, by going through all that there is.

    Candidates that no fact tells apart count as one, so that all is little.
    """
    packages = {target_of(fact) for fact in facts} | {f.package for f in facts if isinstance(f, Depends)}
    kinds = {package: _kinds(conflict, package, facts) for package in packages}
    roots = [fact for fact in facts if isinstance(fact, Asked)]
    return _holds({}, [fact.package for fact in roots], facts, kinds)


def _kinds(conflict: Conflict, package: str, facts: Sequence[Fact]) -> list[int]:
    """A number for each kind of candidate of a package."""
    count = len(conflict.offers[package].versions)
    base = base_of(package)
    seen: dict[tuple[bool, ...], int] = {}
    for number in range(count):
        shape = tuple(
            bool(bits >> (number + 1) & 1)
            for fact in facts
            for bits, about in _sides(fact)
            if base_of(about) == base
        )
        seen.setdefault(shape, number)
    return list(seen.values())


def _sides(fact: Fact) -> Iterable[tuple[int, str]]:
    yield fact.admits, target_of(fact)
    if isinstance(fact, Depends):
        yield fact.candidates, fact.package


def _holds(
    chosen: Mapping[str, int],
    wanted: Sequence[str],
    facts: Sequence[Fact],
    kinds: Mapping[str, Sequence[int]],
) -> bool:
    if any(_broken(fact, chosen) for fact in facts):
        return False
    missing = [package for package in wanted if package not in chosen]
    if not missing:
        return True
    package, base = missing[0], base_of(missing[0])
    # An extra is of its base's release.
    numbers = [chosen[base]] if base in chosen else kinds[package]
    for number in numbers:
        more = [
            fact.on
            for fact in facts
            if isinstance(fact, Depends) and fact.package == package and fact.candidates >> (number + 1) & 1
        ]
        bases = [base] if base != package else []
        if _holds({**chosen, package: number}, [*missing[1:], *bases, *more], facts, kinds):
            return True
    return False


def _broken(fact: Fact, chosen: Mapping[str, int]) -> bool:
    if isinstance(fact, Depends):
        number = chosen.get(fact.package)
        if number is None or not fact.candidates >> (number + 1) & 1:
            return False
    target = target_of(fact)
    if target not in chosen:
        return False
    return not fact.admits >> (chosen[target] + 1) & 1
