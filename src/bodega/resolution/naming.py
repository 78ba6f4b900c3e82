"""Requirements and versions of a conflict in words."""

from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.resolution.clauses import Fact
from bodega.resolution.conflicts import Conflict, Group, target_of
from bodega.resolution.ports import base_of
from bodega.resolution.version_spans import spans

#: Spans, and texts, that are named one by one; more is told together.
_FEW = 3
_FLOORS = (">=", ">", "==", "~=", "===")


def requirement(fact: Fact) -> str:
    """A requirement as it was written, without marker and spaces, its lower bound first."""
    try:
        parsed = parse_requirement(fact.text)
    except InvalidRequirementError:
        return fact.text
    if parsed.name != base_of(target_of(fact)) or parsed.url is not None:
        return fact.text
    extras = f"[{','.join(parsed.extras)}]" if parsed.extras else ""
    return f"{parsed.name}{extras}{ordered(parsed.specifier)}"


def ordered(specifier: str) -> str:
    """A specifier set with its lower bound first."""
    clauses = [one.strip() for one in specifier.split(",") if one.strip()]
    return ",".join(sorted(clauses, key=lambda one: (not one.startswith(_FLOORS), one.startswith("!="))))


def subject(conflict: Conflict, package: str, bits: int, possible: int) -> str:
    """Candidates of a package as those who require something, with the verb.

    ``possible`` are the candidates, as bits, that what was asked for leaves of the package.
    """
    count = bits.bit_count()
    if count == len(conflict.offers[package].versions) > 1:
        return f"every version of {package} requires"
    if count > _FEW and possible > 0 and not possible & ~bits:
        found = spans(conflict.offers[package].versions, bits)
        return f"{package} {found[0][0]} to {found[-1][1]} (all {count} that fit) require"
    return f"{package} {versions(conflict, package, bits)} {'requires' if count == 1 else 'require'}"


def versions(conflict: Conflict, package: str, bits: int) -> str:
    """Candidates of a package as spans of versions."""
    found = spans(conflict.offers[package].versions, bits)
    count = bits.bit_count()
    if len(found) > _FEW:
        return f"{found[0][0]} to {found[-1][1]} ({count} of the versions between)"
    words = ", ".join(first if first == last else f"{first} to {last}" for first, last in found)
    return words if count <= len(found) * 2 else f"{words} ({count} versions)"


def needed(conflict: Conflict, group: Group) -> str:
    """What a group requires, in short: the widest of its requirements, without long lists of exceptions."""
    admits: dict[str, int] = {}
    for fact in group.facts:
        text = brief(requirement(fact))
        admits[text] = admits.get(text, 0) | fact.admits
    widest = [
        text
        for at, (text, bits) in enumerate(admits.items())
        if not any(
            bits and not bits & ~others and (bits != others or other < at)
            for other, others in enumerate(admits.values())
            if other != at
        )
    ]
    if len(widest) < _FEW:
        return " or ".join(widest)
    return f"{group.target} {versions(conflict, group.target, group.admits)}"


def brief(text: str) -> str:
    """A requirement without its exceptions, where these are many."""
    clauses = text.split(",")
    bounds = [one for one in clauses if not one.startswith("!=")]
    return ",".join(bounds) if len(clauses) - len(bounds) >= _FEW else text
