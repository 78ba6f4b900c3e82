"""What advisories say of the components of a lock or an environment, each fault told once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bodega.formats.cvss import LEVELS
from bodega.formats.names import NormalizedName
from bodega.formats.osv import Advisory, affects, fixed_in
from bodega.formats.version_order import version_key
from bodega.installer.auditing.components import Component, Composition

#: Whose name a fault goes by, where several gave it one: malice first, then the database of Python's own.
_PRECEDENCE = ("MAL-", "PYSEC-", "GHSA-", "CVE-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignore:
    """An advisory that is not to count, by any of its ids; from the day ``until`` on it counts again."""

    id: str
    reason: str = ""
    until: date | None = None

    def is_over(self, today: date) -> bool:
        """Whether its time is over."""
        return self.until is not None and today >= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault of one component.

    ``ids`` are all its names, that which it goes by first. ``level`` is one of ``cvss.LEVELS``, ``None``
    where nobody says. ``fixed_in`` are the versions above this one that are said to be cured. ``via`` leads
    from what was asked for to the project. ``ignored`` says that, and why, it does not count.
    """

    component: Component
    ids: tuple[str, ...]
    summary: str
    score: float | None
    level: str | None
    url: str
    fixed_in: tuple[str, ...]
    via: tuple[NormalizedName, ...]
    advisories: tuple[Advisory, ...]
    ignored: Ignore | None = None

    @property
    def id(self) -> str:
        """The name that it goes by."""
        return self.ids[0]

    @property
    def is_malware(self) -> bool:
        """Whether the release is malicious, not only faulty."""
        return any(one.is_malware for one in self.advisories)

    def reaches(self, level: str | None) -> bool:
        """Whether it is as severe as a level; what nobody judged is taken to be, and so is malice."""
        if level is None or self.level is None or self.is_malware:
            return True
        return LEVELS.index(self.level) >= LEVELS.index(level)


#: The advisories on a version of a project, those that do not affect it among them.
AdvisoriesOf = Callable[[NormalizedName, str], Sequence[Advisory] | None]


def find(
    composition: Composition, advisories_of: AdvisoriesOf, ignores: Sequence[Ignore], today: date
) -> list[Finding]:
    """Every fault of every component, by project, the most severe first."""
    found: list[Finding] = []
    for component in composition.components:
        if not component.version:
            continue
        affecting = [
            one
            for one in advisories_of(component.name, component.version) or ()
            if affects(one, component.version)
        ]
        in_force = [one for one in ignores if not one.is_over(today)]
        via = composition.path_to(component.name)
        found += (_finding(component, same, via, in_force) for same in same_faults(affecting))
    return sorted(found, key=_order)


def same_faults(advisories: Iterable[Advisory]) -> list[list[Advisory]]:
    """Advisories in groups about one fault each: their ids and aliases meet, directly or through others."""
    groups: list[tuple[set[str], list[Advisory]]] = []
    for one in advisories:
        names, members = {one.id, *one.aliases}, [one]
        apart = []
        for known, others in groups:
            if known & names:
                names |= known
                members = [*others, *members]
            else:
                apart.append((known, others))
        groups = [*apart, (names, members)]
    return [members for _, members in groups]


def _finding(
    component: Component,
    same: Sequence[Advisory],
    via: tuple[NormalizedName, ...],
    ignores: Sequence[Ignore],
) -> Finding:
    ids = sorted({name for one in same for name in (one.id, *one.aliases)}, key=_precedence)
    worst = max(same, key=lambda one: (one.score or -1.0, LEVELS.index(one.level) if one.level else -1))
    fixed = {text for one in same for text in fixed_in(one, component.version)}
    lowered = {name.lower() for name in ids}
    ignored = [one for one in ignores if one.id.lower() in lowered]
    return Finding(
        component=component,
        ids=tuple(ids),
        summary=next((one.summary for one in same if one.summary), ""),
        score=worst.score,
        level=worst.level,
        url=next((one.url for one in same if one.url), ""),
        fixed_in=tuple(sorted(fixed, key=lambda text: version_key(text) or ())),
        via=via,
        advisories=tuple(same),
        ignored=ignored[0] if ignored else None,
    )


def _precedence(name: str) -> tuple[int, str]:
    known = (at for at, prefix in enumerate(_PRECEDENCE) if name.startswith(prefix))
    return next(known, len(_PRECEDENCE)), name


def _order(one: Finding) -> tuple[object, ...]:
    severity = -LEVELS.index(one.level) if one.level else -len(LEVELS)
    return one.component.name, one.component.version, not one.is_malware, severity, -(one.score or 0), one.id
