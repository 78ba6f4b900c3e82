"""A conflict in words: the contradiction in one sentence, then who asked for what and who requires what."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bodega.resolution.clashes import Clash, Clashes, kind_of
from bodega.resolution.clauses import Asked, Constrained, Depends
from bodega.resolution.conflicts import Conflict, Group
from bodega.resolution.naming import needed, requirement, subject, versions
from bodega.resolution.not_offered import NotOffered
from bodega.resolution.ports import base_of
from bodega.resolution.version_spans import oldest_first

#: What is named one by one; more is told together.
_FEW, _MANY = 3, 8
#: How far in the tree goes, and how many lines it has; chains longer than this are folded.
_DEEPEST, _MOST_LINES, _LONG = 8, 40, 6
#: Origins that everybody knows: a sentence is short without them.
_PLAIN = ("the command line", "the question")

#: How far in a line stands, and the line.
Told: TypeAlias = tuple[int, str]


def headline(known: Clashes) -> str:
    """The contradiction in one sentence, without a full stop."""
    if not known.found:
        return "these requirements cannot be satisfied together"
    first, *others = known.found
    if first.is_whole:
        return _sentence(known, first)
    told = [_sentence(known, one) for one in known.found[:2]]
    more = f"; and {len(others) - 1} more" if len(others) > 1 else ""
    return "; ".join(dict.fromkeys(told)) + more


def explain(known: Clashes, more: Sequence[tuple[str, NotOffered]] = ()) -> str:
    """Sentences, one a line, that name every requirement that takes part.

    What a package requires stands below what asked for that package, further in. Then comes where
    requirements have no version in common, and what exists of the projects and is not offered; ``more`` is
    what others found of that.
    """
    lines = [
        *_shortened(_folded(list(dict.fromkeys(_told(known))))),
        *_meetings(known),
        *(f"{name}: {one.words()}" for name, one in (*known.withheld, *more)),
    ]
    return "\n  ".join(["these take part:", *dict.fromkeys(lines)])


# --- the sentence


def _sentence(known: Clashes, clash: Clash) -> str:
    sides = sorted(clash.groups, key=kind_of)
    if len(sides) == 1 and sides[0].source is not None and base_of(sides[0].source) == clash.project:
        who = _who(known, sides[0]).rpartition(" ")[0]
        return f"{who} cannot be had here: it requires {needed(known.conflict, sides[0])}"
    if len(sides) == 1:
        return f"{_side(known, sides[0])}, {_lack(known, clash.project)}"
    if all(isinstance(one.facts[0], Asked) for one in sides):
        asked = " and ".join(_asked(one) for one in sides)
        return f"you asked for {asked}, and no version of {clash.project} is both"
    return ", and ".join(_side(known, one) for one in sides)


def _side(known: Clashes, group: Group) -> str:
    fact = group.facts[0]
    if isinstance(fact, Asked):
        return f"you asked for {_asked(group)}"
    if isinstance(fact, Constrained):
        return f"the constraint is {_asked(group)}"
    return f"{_who(known, group)} {needed(known.conflict, group)}"


def _asked(group: Group) -> str:
    fact = group.facts[0]
    origin = "" if isinstance(fact, Depends) or fact.origin in _PLAIN else f" ({fact.origin})"
    return f"{requirement(fact)}{origin}"


def _who(known: Clashes, group: Group) -> str:
    """Who needs something: what was asked for where all of it does, else the versions that do."""
    source = str(group.source)
    way = known.way(source)
    if not way or not known.is_whole(group):
        named = versions(known.conflict, source, group.candidates)
        return f"{source} {named} {'needs' if group.candidates.bit_count() == 1 else 'need'}"
    between = [one.target for one in way[1:]]
    through = f" (through {', '.join(between[-2:])})" if between else ""
    return f"{requirement(way[0].facts[0])}{through} needs"


def _lack(known: Clashes, project: str) -> str:
    missing = [one for name, one in known.withheld if name == project]
    if missing and not missing[0].versions:
        return f"and {missing[0].detail}"
    if missing:
        exists = "exists" if len(missing[0].versions) == 1 else "exist"
        return f"and what fits {exists} but is not offered: {missing[0].detail}"
    if not known.conflict.offers[project].versions:
        return f"and nothing of {project} is offered"
    return f"and there is no such version of {project}"


# --- the tree


def _folded(told: Sequence[Told]) -> list[Told]:
    """The same, the middle of long chains in one line."""
    lines: list[Told] = []
    at = 0
    while at < len(told):
        end = at + 1
        while end < len(told) and told[end][0] == told[end - 1][0] + 1:
            end += 1
        chain = told[at:end]
        if len(chain) > _LONG:
            middle = "; ".join(line for _, line in chain[2:-2])
            depth = chain[2][0]
            chain = (
                *chain[:2],
                (depth, middle),
                *((depth + 1 + n, line) for n, (_, line) in enumerate(chain[-2:])),
            )
        lines += chain
        at = end
    return lines


def _shortened(told: Sequence[Told]) -> Iterator[str]:
    """Lines; of very many the rest in one."""
    for depth, line in told[:_MOST_LINES]:
        yield "  " * min(depth, _DEEPEST) + line
    if told[_MOST_LINES:]:
        yield "also: " + "; ".join(line for _, line in told[_MOST_LINES:])


def _told(known: Clashes) -> Iterator[Told]:
    """Each group once, below the first that asks for its package, with how far in."""
    groups = known.groups
    sources = {group.source for group in groups}
    roots = [group for group in groups if isinstance(group.facts[0], Asked)]
    roots.sort(key=lambda group: group.target not in sources)
    roots += [group for group in groups if isinstance(group.facts[0], Constrained)]
    told: set[int] = set()
    # All groups stand behind the roots, so that whatever the roots do not lead to is not left out.
    waiting = [(group, 0) for group in reversed([*roots, *groups])]
    while waiting:
        group, depth = waiting.pop()
        if id(group) in told:
            continue
        told.add(id(group))
        yield from ((depth, line) for line in _sentences(known, group))
        if not isinstance(group.facts[0], Constrained):
            below = [other for other in groups if other.source == group.target]
            waiting += ((other, depth + 1) for other in reversed(below))


def _sentences(known: Clashes, group: Group) -> Iterator[str]:
    for fact in group.facts:
        if isinstance(fact, Asked):
            yield f"{requirement(fact)} is asked for ({fact.origin})"
        elif isinstance(fact, Constrained):
            yield f"{requirement(fact)} is a constraint ({fact.origin})"
    if group.source is not None:
        yield from _requirements(known, group.source, group)


def _requirements(known: Clashes, source: str, group: Group) -> Iterator[str]:
    conflict, possible = known.conflict, known.possible(source)
    by_text: dict[str, int] = {}
    for fact in _newest_first(conflict, group):
        text = requirement(fact)
        by_text[text] = by_text.get(text, 0) | fact.candidates
    if len(by_text) <= _MANY:
        for text, candidates in by_text.items():
            yield f"{subject(conflict, source, candidates, possible)} {text}"
        return
    newest, *_, oldest = by_text
    yield (
        f"{subject(conflict, source, group.candidates, possible)} {group.target}, each in its own way: "
        f"{oldest} the oldest, {newest} the newest, and all of them together {group.target} "
        f"{versions(conflict, group.target, group.admits)}"
    )


def _newest_first(conflict: Conflict, group: Group) -> list[Depends]:
    facts = [fact for fact in group.facts if isinstance(fact, Depends)]
    place = {number: at for at, number in enumerate(oldest_first(conflict.offers[facts[0].package].versions))}

    def newest(fact: Depends) -> int:
        return max(at for number, at in place.items() if fact.candidates >> (number + 1) & 1)

    return sorted(facts, key=newest, reverse=True)


# --- where they meet


def _meetings(known: Clashes) -> Iterator[str]:
    """Where requirements admit nothing: what there is instead, or that there is nothing in common."""
    said = 1 if known.found and known.found[0].is_whole else 2
    for at, clash in enumerate(known.found):
        if len(clash.groups) == 1:
            offered = _offered(known, clash.project)
            if offered:
                yield f"{clash.project}: offered are {offered}"
        elif said <= at < said + _FEW:
            called = [_called(one) for one in sorted(clash.groups, key=kind_of)]
            yield f"{' and '.join(called)} have no version of {clash.project} in common"


def _offered(known: Clashes, package: str) -> str:
    every = known.conflict.offers[package].versions
    missed = {version for name, one in known.withheld if name == package for version in one.versions}
    newest = [every[number] for number in reversed(oldest_first(every)) if every[number] not in missed]
    more = f" and {len(newest) - _FEW} older" if len(newest) > _FEW else ""
    return ", ".join(newest[:_FEW]) + more


def _called(group: Group) -> str:
    texts = {requirement(fact) for fact in group.facts}
    return texts.pop() if len(texts) == 1 else f"what {group.source} requires of {group.target}"
