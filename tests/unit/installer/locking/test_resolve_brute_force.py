"""The resolver against trying everything, on small random problems: versions, extras, yanks, pre-releases.

What is tried here knows nothing of the search, the bits and the order of versions; ``packaging`` says what a
specifier admits.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.resolution.errors import NoSolutionError
from support.memory_index import MemoryCache, asked, metadata, page, resolve, versions, wheel

#: In parts, so that several processes share them.
PROBLEMS = int(os.environ.get("BRUTE_FORCE_PROBLEMS", "10000"))
PARTS = 4
NAMES = ("a", "b", "c", "d", "e")
FINAL, EARLY = ("1.0", "2.0", "3.0", "4.0"), ("2.0a1", "4.0rc1", "0.5b1")
SPECIFIERS = (
    *("", "", ""),
    "",
    ">=2",
    "<2",
    "<3",
    ">1",
    "!=2.0",
    "==1.0",
    "==2.0",
    "==3.0",
    ">=2,<4",
    "~=1.0",
    "==4.0rc1",
)


@dataclass(frozen=True)
class Small:
    """A problem: project -> version -> (whether it is yanked, (extra or nothing, requirement)...)."""

    offers: Mapping[str, Mapping[str, tuple[bool, tuple[tuple[str, str], ...]]]]
    roots: tuple[str, ...]
    constraints: tuple[str, ...]

    def reader(self, order: Random | None = None) -> MemoryIndexReader:
        pages, documents = {}, {}
        for name, offered in self.offers.items():
            files = []
            for version, (is_yanked, needs) in offered.items():
                one = wheel(name, version, yanked="bad" if is_yanked else None)
                files.append(one)
                lines = [f'{text}; extra == "{extra}"' if extra else text for extra, text in needs]
                documents[one.filename] = metadata(name, version, lines, "Provides-Extra: x\n")
            if order is not None:
                order.shuffle(files)
            pages[name] = page(name, *files)
        return MemoryIndexReader(pages, documents, is_warm=order is not None and order.random() < 0.5)


def small(seed: int) -> Small:
    draw = Random(seed)
    names = NAMES[: draw.randint(2, 5)]
    has_early, has_yanked = draw.random() < 0.3, draw.random() < 0.3
    offers = {}
    for name in names:
        known = draw.sample(FINAL, draw.randint(2, 4))
        known += draw.sample(EARLY, draw.randint(0, 1)) if has_early else []
        offers[name] = {
            version: (has_yanked and draw.random() < 0.25, tuple(needs(draw, names, name)))
            for version in sorted(known, key=Version)
        }
    return Small(
        offers,
        tuple(requirement(draw, draw.choice(names)) for _ in range(draw.randint(1, 3))),
        tuple(f"{draw.choice(names)}{draw.choice(SPECIFIERS)}" for _ in range(draw.choice((0, 0, 1)))),
    )


def needs(draw: Random, names: tuple[str, ...], name: str) -> Iterator[tuple[str, str]]:
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        extra = "x" if draw.random() < 0.25 else ""
        other = draw.choice([one for one in names if one != name])
        yield extra, requirement(draw, other)


def requirement(draw: Random, name: str) -> str:
    return f"{name}{draw.choice(('', '', '[x]'))}{draw.choice(SPECIFIERS)}"


# --- trying everything


def split(text: str) -> tuple[str, str, str]:
    """Name, extra and specifier."""
    rest = text[1:]
    return (text[0], "x", rest.removeprefix("[x]")) if rest.startswith("[x]") else (text[0], "", rest)


class Everything:
    """Tries each choice of versions."""

    def __init__(self, problem: Small, *, early: bool) -> None:
        """``early``: pre-releases are as good as any."""
        self._problem = problem
        self._early = early
        self._sets: dict[tuple[str, str], frozenset[str]] = {}
        said = [(name, specifier) for name, _, specifier in map(split, problem.roots)]
        said += [(name, specifier) for name, _, specifier in map(split, problem.constraints)]
        self._wished = {name for name, specifier in said if SpecifierSet(specifier).prereleases}
        self._pinned = {(name, one[2:]) for name, text in said for one in text.split(",") if one[:2] == "=="}

    def admitted(self, name: str, specifier: str) -> frozenset[str]:
        key = (name, specifier)
        if key not in self._sets:
            self._sets[key] = frozenset(self._admitted(name, specifier))
        return self._sets[key]

    def _admitted(self, name: str, specifier: str) -> set[str]:
        parsed, offered = SpecifierSet(specifier), self._problem.offers[name]
        inside = {version for version in offered if parsed.contains(version, prereleases=True)}
        sound = {one for one in inside if not offered[one][0] or (name, one) in self._pinned}
        if not sound and specifier.startswith("==") and "," not in specifier:
            sound = inside
        if self._early or name in self._wished or parsed.prereleases:
            return sound
        return {one for one in sound if not Version(one).is_prerelease} or sound

    def solutions(self) -> Iterator[dict[str, str]]:
        names = list(self._problem.offers)
        for choice in product(*(self._problem.offers[name] for name in names)):
            chosen = dict(zip(names, choice, strict=True))
            selected = self.selected(chosen)
            if selected is not None:
                yield {name: chosen[name] for name in selected}

    def selected(self, chosen: Mapping[str, str]) -> set[str] | None:
        """The projects that are needed where these versions are taken; ``None`` where they break a rule."""
        found: set[tuple[str, str]] = set()
        waiting = list(self._problem.roots)
        while waiting:
            name, extra, specifier = split(waiting.pop())
            if name not in chosen or chosen[name] not in self.admitted(name, specifier):
                return None
            for one in {("", name), (extra, name)} - found:
                found.add(one)
                needed = self._problem.offers[name][chosen[name]][1]
                waiting += [text for of_extra, text in needed if of_extra == one[0]]
        for text in self._problem.constraints:
            name, _, specifier = split(text)
            if ("", name) in found and chosen[name] not in self.admitted(name, specifier):
                return None
        return {name for _, name in found}


# --- both


def ours(problem: Small, order: Random | None = None, **options: object) -> dict[str, str] | None:
    try:
        return versions(
            resolve(
                problem.reader(order),
                *problem.roots,
                cache=MemoryCache(),
                constraints=asked(*problem.constraints),
                **options,
            )
        )
    except NoSolutionError:
        return None


@pytest.mark.parametrize("part", range(PARTS))
@settings(max_examples=PROBLEMS // PARTS, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 1 << 48))
def test_it_agrees_with_trying_everything(part, seed):
    problem = small(seed * PARTS + part)
    found = ours(problem)
    strict, loose = Everything(problem, early=False), Everything(problem, early=True)
    first = next(strict.solutions(), None)
    if first is not None:
        assert found is not None, problem
        assert strict.selected(found) == found.keys(), problem
    elif found is not None:
        # Only where no final releases do: a pre-release that nobody asked for.
        assert loose.selected(found) == found.keys(), problem
        assert any(Version(version).is_prerelease for version in found.values()), problem
    assert ours(problem, Random(seed)) == found, problem


@settings(max_examples=PROBLEMS // 10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 1 << 48), st.sampled_from(("highest", "lowest")))
def test_the_one_that_is_asked_for_is_as_new_or_as_old_as_can_be(seed, strategy):
    problem = small(seed)
    name = split(problem.roots[0])[0]
    alone = Small(problem.offers, problem.roots[:1], problem.constraints)
    possible = {Version(found[name]) for found in Everything(alone, early=False).solutions()}
    if not possible:
        return
    found = ours(alone, strategy=strategy)
    assert found is not None, alone
    best = max(possible) if strategy == "highest" else min(possible)
    assert Version(found[name]) == best, alone
