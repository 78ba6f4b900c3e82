"""Audit: what advisories say of a lock or an environment, and what would cure it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bodega.formats.osv import Advisory
from bodega.installer.auditing.components import Component, Composition
from bodega.installer.auditing.findings import Finding, Ignore, find
from bodega.installer.auditing.osv_database import OsvDatabase


@dataclass(frozen=True, slots=True)
class Unknown:
    """A component of which nothing can be said, and why."""

    component: Component
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a source of advisories says of the components of one lock or environment.

    ``about`` gives the advisories on a component's project. ``remarks`` tell what was passed over.
    """

    place: str
    about: Callable[[Component], Sequence[Advisory]]
    unknown: tuple[Unknown, ...] = ()
    remarks: tuple[str, ...] = ()


class AdvisorySource(Protocol):
    """Where advisories come from. Silence is a failure, never an answer."""

    def tell(self, components: Sequence[Component]) -> Told:
        """What it says; raises what keeps it from saying anything."""


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
    source: str
    findings: tuple[Finding, ...]
    ignored: tuple[Finding, ...]
    below: tuple[Finding, ...]
    unknown: tuple[Unknown, ...]
    over: tuple[Ignore, ...]
    unused: tuple[Ignore, ...]
    remarks: tuple[str, ...]

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
        source=told.place,
        findings=tuple(one for one in counting if one.reaches(wishes.severity)),
        below=tuple(one for one in counting if not one.reaches(wishes.severity)),
        ignored=tuple(one for one in found if one.ignored is not None),
        unknown=told.unknown,
        over=tuple(one for one in over if one.id.lower() in met),
        unused=tuple(one for one in wishes.ignores if one.id.lower() not in met),
        remarks=told.remarks,
    )


class OsvSource:
    """Implements ``AdvisorySource`` with a database in the OSV format."""

    def __init__(self, open_database: Callable[[], OsvDatabase]) -> None:
        self._open = open_database

    def tell(self, components: Sequence[Component]) -> Told:
        """What the database has on them."""
        database = self._open()
        return Told(
            place=database.place,
            about=lambda component: database.about(component.name),
            unknown=tuple(
                Unknown(one, "the lock does not say which version it is")
                for one in components
                if not one.version
            ),
            remarks=database.remarks,
        )
