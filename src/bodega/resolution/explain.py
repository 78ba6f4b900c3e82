"""A conflict in words: who asked for what, who requires what, and where these meet."""

from bodega.resolution.clauses import Asked, Cause, Constrained, Depends
from bodega.resolution.conflicts import Conflict, fact_package

#: Versions named one by one; more are told as a range.
_FEW = 3


def explain(conflict: Conflict) -> str:
    """Sentences, one a line, that name every requirement that takes part."""
    facts = conflict.facts()
    ordered: list[Cause] = [fact for fact in facts if isinstance(fact, Asked)]
    ordered += [fact for fact in facts if isinstance(fact, Constrained)]
    ordered += _by_package([fact for fact in facts if isinstance(fact, Depends)])
    lines = [_sentence(fact, conflict) for fact in ordered]
    if len(ordered) == 1:
        lines += _offered(ordered[0], conflict)
    lines += [f"{name}: {remark}" for name, remark in conflict.remarks()]
    return "\n  ".join(["these take part:", *dict.fromkeys(lines)])


def _offered(fact: Cause, conflict: Conflict) -> list[str]:
    """What there is of the one project that a requirement finds nothing of."""
    name = fact.on if isinstance(fact, Depends) else fact_package(fact)
    versions = conflict.offers[name].versions
    if not versions:
        return []
    more = f" and {len(versions) - _FEW} older" if len(versions) > _FEW else ""
    return [f"{name}: offered are {', '.join(versions[:_FEW])}{more}"]


def _by_package(facts: list[Depends]) -> list[Depends]:
    """Facts on one package beside each other, in the order in which the packages appear."""
    order: dict[str, list[Depends]] = {}
    for fact in facts:
        order.setdefault(fact.on, []).append(fact)
    return [fact for group in order.values() for fact in group]


def _sentence(fact: Cause, conflict: Conflict) -> str:
    if isinstance(fact, Asked):
        return f"{fact.text} is asked for ({fact.origin})"
    if isinstance(fact, Constrained):
        return f"{fact.text} is a constraint ({fact.origin})"
    if isinstance(fact, Depends):
        return f"{_which(fact, conflict)} requires {fact.text}"
    raise TypeError(fact)


def _which(fact: Depends, conflict: Conflict) -> str:
    versions = conflict.versions(fact.package, fact.candidates)
    if len(versions) == len(conflict.offers[fact.package].versions) > 1:
        return f"every version of {fact.package}"
    if len(versions) <= _FEW:
        return f"{fact.package} {', '.join(reversed(versions))}"
    return f"{fact.package} {versions[-1]} to {versions[0]} ({len(versions)} versions)"
