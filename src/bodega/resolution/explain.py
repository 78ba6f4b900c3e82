"""A conflict in words: who asked for what, who requires what, and where these have nothing in common."""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from bodega.resolution.clauses import Asked, Constrained, Depends, Fact
from bodega.resolution.conflicts import Conflict, Group, target_of
from bodega.resolution.ports import base_of
from bodega.resolution.version_spans import oldest_first, spans

#: What is named one by one; more is told together.
_FEW = 3


def explain(conflict: Conflict) -> str:
    """Sentences, one a line, that name every requirement that takes part.

    What a package requires stands below what asked for that package, further in. Then comes where
    requirements have no version in common, and what is to be known of the projects.
    """
    groups = conflict.groups()
    lines = [
        *_told(conflict, groups),
        *_meetings(conflict, groups),
        *(f"{name}: {remark}" for name, remark in conflict.remarks()),
    ]
    return "\n  ".join(["these take part:", *dict.fromkeys(lines)])


def _told(conflict: Conflict, groups: Sequence[Group]) -> Iterator[str]:
    """Each group once, below the first that asks for its package."""
    roots = [group for group in groups if isinstance(group.facts[0], Asked)]
    roots += [group for group in groups if isinstance(group.facts[0], Constrained)]
    told: set[int] = set()
    # All groups stand behind the roots, so that whatever the roots do not lead to is not left out.
    waiting = [(group, 0) for group in reversed([*roots, *groups])]
    while waiting:
        group, depth = waiting.pop()
        if id(group) in told:
            continue
        told.add(id(group))
        yield from ("  " * depth + line for line in _sentences(conflict, group))
        if not isinstance(group.facts[0], Constrained):
            below = [other for other in groups if other.source == group.target]
            waiting += ((other, depth + 1) for other in reversed(below))


def _sentences(conflict: Conflict, group: Group) -> Iterator[str]:
    for fact in group.facts:
        if isinstance(fact, Asked):
            yield f"{fact.text} is asked for ({fact.origin})"
        elif isinstance(fact, Constrained):
            yield f"{fact.text} is a constraint ({fact.origin})"
    if group.source is not None:
        yield from _requirements(conflict, group.source, group)


def _requirements(conflict: Conflict, source: str, group: Group) -> Iterator[str]:
    by_text: dict[str, int] = {}
    for fact in _newest_first(conflict, group):
        by_text[fact.text] = by_text.get(fact.text, 0) | fact.candidates
    if len(by_text) <= _FEW:
        for text, candidates in by_text.items():
            yield f"{_subject(conflict, source, candidates)} {text}"
        return
    newest, *_, oldest = by_text
    yield (
        f"{_subject(conflict, source, group.candidates)} {group.target}, each in its own way: {oldest} the "
        f"oldest, {newest} the newest, and all of them together {group.target} "
        f"{_named(conflict, group.target, group.admits)}"
    )


def _newest_first(conflict: Conflict, group: Group) -> list[Depends]:
    facts = [fact for fact in group.facts if isinstance(fact, Depends)]
    versions = conflict.offers[facts[0].package].versions
    place = {number: at for at, number in enumerate(oldest_first(versions))}

    def newest(fact: Depends) -> int:
        return max(at for number, at in place.items() if fact.candidates >> (number + 1) & 1)

    return sorted(facts, key=newest, reverse=True)


def _meetings(conflict: Conflict, groups: Sequence[Group]) -> Iterator[str]:
    """Where requirements admit nothing, alone or two together, and what is withheld from them there."""
    for group in groups:
        if not group.admits and conflict.offers[group.target].versions:
            yield f"{base_of(group.target)}: offered are {_offered(conflict, group.target)}"
            for fact in group.facts[:_FEW]:
                yield from _withheld(conflict, fact)
    for left, right in combinations([group for group in groups if group.admits], 2):
        package = base_of(left.target)
        if package == base_of(right.target) and not left.admits & right.admits:
            yield f"{_called(left)} and {_called(right)} have no version of {package} in common"
            for one, other in product(left.facts[:_FEW], right.facts[:_FEW]):
                yield from _withheld(conflict, one, other)


def _offered(conflict: Conflict, package: str) -> str:
    versions = conflict.offers[package].versions
    newest = [versions[number] for number in reversed(oldest_first(versions))]
    more = f" and {len(newest) - _FEW} older" if len(newest) > _FEW else ""
    return ", ".join(newest[:_FEW]) + more


def _withheld(conflict: Conflict, *facts: Fact) -> Iterator[str]:
    package = target_of(facts[0])
    for sentence in conflict.offers[package].withheld([fact.specifier for fact in facts]):
        yield f"{base_of(package)}: {sentence}"


def _called(group: Group) -> str:
    texts = {fact.text for fact in group.facts}
    return texts.pop() if len(texts) == 1 else f"what {group.source} requires"


def _subject(conflict: Conflict, package: str, bits: int) -> str:
    count = bits.bit_count()
    if count == len(conflict.offers[package].versions) > 1:
        return f"every version of {package} requires"
    return f"{package} {_named(conflict, package, bits)} {'requires' if count == 1 else 'require'}"


def _named(conflict: Conflict, package: str, bits: int) -> str:
    found = spans(conflict.offers[package].versions, bits)
    count = bits.bit_count()
    if len(found) > _FEW:
        return f"{found[0][0]} to {found[-1][1]} ({count} of the versions between)"
    words = ", ".join(first if first == last else f"{first} to {last}" for first, last in found)
    return words if count <= len(found) * 2 else f"{words} ({count} versions)"
