"""Audit: what advisories say of a lock or an environment, and what would cure it."""

from dataclasses import dataclass
from datetime import date

from bodega.installer.auditing.components import Composition
from bodega.installer.auditing.findings import Finding, Ignore, find
from bodega.installer.auditing.sources import AdvisorySource, Told, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditWishes:
    """What does not count: advisories that are ignored, and faults below a level of severity."""

    ignores: tuple[Ignore, ...] = ()
    severity: str | None = None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditReport:
    """The result. ``findings`` count; ``ignored`` and ``below`` do not.

    ``over`` are the ignores whose time is over, ``unused`` those that met nothing.
    """

    composition: Composition
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    below: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    over: tuple[Ignore, ...]
    unused: tuple[Ignore, ...]
    remarks: tuple[str, ...]
    told: Told

    @property
    def has_malware(self) -> bool:
        """Whether a release that counts is malicious."""
        return any(one.is_malware for one in self.findings)


def audit(composition: Composition, source: AdvisorySource, wishes: AuditWishes) -> AuditReport:
    """Audit every component; raises what the source raises."""
    told = source.tell(composition.components)
    found = find(composition, told.about, wishes.ignores, wishes.today)
    counting = [one for one in found if one.ignored is None]
    met = {name.lower() for one in found for name in one.ids}
    over = [one for one in wishes.ignores if one.is_over(wishes.today)]
    return AuditReport(
        composition=composition,
        findings=tuple(one for one in counting if one.reaches(wishes.severity)),
        below=tuple(one for one in counting if not one.reaches(wishes.severity)),
        ignored=tuple(one for one in found if one.ignored is not None),
        unknown=told.unknown,
        over=tuple(one for one in over if one.id.lower() in met),
        unused=tuple(one for one in wishes.ignores if one.id.lower() not in met),
        remarks=told.remarks,
        told=told,
    )
