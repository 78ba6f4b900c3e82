"""Policy: what an index hides from its readers, and why. A pure function of rules, facts and the time."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bodega.formats.durations import as_adjective, written
from bodega.formats.filenames import file_version, named_projects
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, version_key
from bodega.index.views.policy_records import PolicyRule, PolicySetting

DENIED = "E-POLICY-DENIED"
QUARANTINED = "E-POLICY-QUARANTINED"
HELD_BACK = "E-POLICY-COOLDOWN"
_NO_RULES: tuple[PolicyRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a verdict needs to know of a file. ``available_at``: from when a cooldown counts, if one does."""

    project: NormalizedName
    filename: str
    available_at: datetime | None = None

    @property
    def version(self) -> str | None:
        """The version that its name tells; ``None`` where it tells none."""
        return file_version(self.filename, self.project)

    @property
    def projects(self) -> tuple[NormalizedName, ...]:
        """The project that lists it and, where that is another, the one that its name says."""
        return named_projects(self.filename, self.project)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """That a file is not to be had: a stable code, the reason in words, the rule, and until when if known."""

    code: str
    reason: str
    rule: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The rules in force for one index.

    ``cooldown`` is how long a file of an upstream is held back; zero for not at all. ``setting`` is where
    that comes from. Rules are by project, the first of a kind and version counting.
    """

    index: str
    cooldown: timedelta = timedelta()
    setting: PolicySetting | None = None
    denied: Mapping[NormalizedName, tuple[PolicyRule, ...]] = field(default_factory=dict)
    quarantined: Mapping[NormalizedName, PolicyRule] = field(default_factory=dict)
    exempt: Mapping[NormalizedName, tuple[PolicyRule, ...]] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be hidden."""
        return not (self.cooldown or self.denied or self.quarantined)

    def denial(self, name: NormalizedName) -> PolicyRule | None:
        """The rule that denies the whole project."""
        rules = self.denied.get(name, _NO_RULES)
        return next((rule for rule in rules if rule.version is None), None)

    def seal(self, name: NormalizedName) -> str:
        """Changes whenever verdicts on the project's files can, time apart; empty: nothing is hidden."""
        rules = (
            *self.denied.get(name, _NO_RULES),
            *self.exempt.get(name, _NO_RULES),
            *((self.quarantined[name],) if name in self.quarantined else ()),
        )
        if not self.cooldown and not rules:
            return ""
        told = "\n".join(f"{rule.kind} {rule.subject} {rule.reason}" for rule in rules)
        mark = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:16] if rules else ""
        return f"{written(self.cooldown)}-{mark}"


def verdict(policy: Policy, facts: Facts, now: datetime) -> Hidden | None:
    """Whether a file is hidden, and why; ``None`` for one that is to be had.

    A quarantine weighs more than a denial, and both more than a cooldown, which alone knows exemptions.
    """
    if policy.is_empty:
        return None
    if policy.quarantined or policy.denied:
        for project in facts.projects:
            if project in policy.quarantined:
                return quarantine_of(policy.quarantined[project])
            if project in policy.denied and (rule := _denial(policy.denied[project], facts)) is not None:
                return denial_of(rule)
    return _held_back(policy, facts, now)


def denial_of(rule: PolicyRule) -> Hidden:
    """What a denial says."""
    return Hidden(code=DENIED, reason=f"denied: {rule.reason}", rule=f"deny {rule.subject}")


def quarantine_of(rule: PolicyRule) -> Hidden:
    """What a quarantine says."""
    return Hidden(code=QUARANTINED, reason=f"quarantined: {rule.reason}", rule=f"quarantine {rule.subject}")


def at_minute(time: datetime) -> str:
    """A UTC time in words, to the minute, never too early."""
    whole = time.replace(second=0, microsecond=0)
    return f"{whole if whole == time else whole + timedelta(minutes=1):%Y-%m-%d %H:%M} UTC"


def _held_back(policy: Policy, facts: Facts, now: datetime) -> Hidden | None:
    if not policy.cooldown or facts.available_at is None:
        return None
    until = facts.available_at + policy.cooldown
    if now >= until or _is_exempt(policy.exempt.get(facts.project, _NO_RULES), facts):
        return None
    words = f"held back by the {as_adjective(policy.cooldown)} cooldown of index {policy.index}"
    return Hidden(
        code=HELD_BACK,
        reason=f"{words} until {at_minute(until)}",
        rule=f"cooldown {written(policy.cooldown)}",
        until=until,
    )


def _denial(rules: Sequence[PolicyRule], facts: Facts) -> PolicyRule | None:
    key = _key(facts.version)
    # As a specifier has it: ``1.0`` also means ``1.0+local`` (PEP 440), whose label is the key's last part.
    meant = (key, (*key[:-1], ())) if key is not None else ()
    return next((rule for rule in rules if rule.version is None or _key(rule.version) in meant), None)


def _is_exempt(rules: Sequence[PolicyRule], facts: Facts) -> bool:
    key = _key(facts.version)
    return any(rule.version is None or (key is not None and _key(rule.version) == key) for rule in rules)


def _key(version: str | None) -> VersionKey | None:
    return version_key(version) if version is not None else None
