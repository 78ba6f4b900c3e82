"""From the solution of a search, which is numbers of candidates, to a resolution."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.kept_needs import OPEN, WheelNeeds
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.resolution.ports import RootRequirement, Solution, Wanted, base_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a search was fed: by project the candidates and the index, by candidate what it requires.

    ``wanted`` is by node, which is a project or ``project[extra]``, and number; ``needs`` by project and
    number. ``direct`` are the projects that were asked for, ``left_out`` those that are in no result.
    """

    candidates: Mapping[str, Sequence[Candidate]]
    indexes: Mapping[str, str | None]
    wanted: Mapping[tuple[str, int], Sequence[Wanted]]
    needs: Mapping[tuple[str, int], WheelNeeds]
    direct: Collection[str]
    left_out: Collection[str]


def resolution_of(solution: Solution, facts: Facts, roots: Iterable[RootRequirement]) -> Resolution:
    """The chosen version of every project, who requires whom, and what that began with."""
    extras: dict[str, list[str]] = {}
    requires: dict[str, dict[NormalizedName, set[str]]] = {}
    for node, number in solution.chosen.items():
        base, _, extra = node.partition("[")
        if extra:
            extras.setdefault(base, []).append(extra.removesuffix("]"))
        for wanted in facts.wanted.get((node, number), ()):
            texts = requires.setdefault(base, {})
            texts.setdefault(NormalizedName(base_of(wanted.package)), set()).add(wanted.text)
    names = (name for name in sorted(solution.chosen) if "[" not in name and name not in facts.left_out)
    return Resolution(
        tuple(
            _pin((name, solution.chosen[name]), facts, sorted(extras.get(name, ())), requires.get(name, {}))
            for name in names
        ),
        {
            node: tuple(wanted.package for wanted in facts.wanted.get((node, number), ()))
            for node, number in solution.chosen.items()
        },
        tuple((root.wanted.package, root.wanted.text, root.origin) for root in roots),
    )


def _pin(
    chosen: tuple[str, int],
    facts: Facts,
    extras: Sequence[str],
    requires: Mapping[NormalizedName, set[str]],
) -> Pin:
    name, number = chosen
    candidate, needs = facts.candidates[name][number], facts.needs[chosen]
    return Pin(
        name=NormalizedName(name),
        version=candidate.version,
        candidate=candidate,
        index=facts.indexes[name],
        extras=tuple(extras),
        requires=tuple(sorted(set(requires) - {NormalizedName(name)})),
        requested=name in facts.direct,
        needs=tuple(sorted(text for other in requires if other != name for text in requires[other])),
        unknown_extras=tuple(one for one in extras if needs and one not in needs),
        open_markers=tuple(one.text for one in needs.get(OPEN, ())),
    )
