"""Where only pre-releases satisfy all that is required of a project, they are taken (PEP 440).

One requirement alone may well be satisfied by a final release: that nothing but a pre-release satisfies all
of them together comes out in a conflict. So final releases, older ones too, are tried before any of these.
"""

from bodega.installer.locking.offers import withholds_prereleases
from bodega.resolution.clauses import Depends, Fact
from bodega.resolution.conflicts import Conflict, target_of
from bodega.resolution.ports import base_of


def wanting_prereleases(conflict: Conflict) -> set[str]:
    """The projects of a conflict of which nothing but pre-releases satisfies what is required."""
    required: dict[str, dict[str, Fact]] = {}
    for fact in conflict.facts():
        base = base_of(target_of(fact))
        if not isinstance(fact, Depends) or base_of(fact.package) != base:
            required.setdefault(base, {}).setdefault(fact.specifier, fact)
    return {
        name for name, facts in required.items() if withholds_prereleases(conflict.offers[name], list(facts))
    }
