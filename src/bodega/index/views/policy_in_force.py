"""What is in force for an index: its own settings and rules, those of its bases, and those of every index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bodega.formats.durations import duration
from bodega.formats.names import NormalizedName
from bodega.index.views.policy import Policy
from bodega.index.views.policy_records import (
    COOLDOWN,
    EVERYWHERE,
    PolicyRule,
    PolicySetting,
    RuleKind,
)


def in_force(own: Sequence[str], settings: Sequence[PolicySetting], rules: Sequence[PolicyRule]) -> Policy:
    """The policy of the first of these indexes; the others are its bases, the nearest first."""
    setting = _cooldown(own, settings)
    reach = {EVERYWHERE: len(own), **{index: at for at, index in reversed(list(enumerate(own)))}}
    nearest = sorted((rule for rule in rules if rule.index in reach), key=lambda rule: reach[rule.index])
    return Policy(
        index=own[0],
        cooldown=(duration(setting.value) if setting else None) or timedelta(),
        setting=setting,
        denied=_by_project(nearest, "deny"),
        quarantined={name: found[0] for name, found in _by_project(nearest, "quarantine").items()},
        exempt=_by_project(nearest, "exempt"),
    )


def _cooldown(own: Sequence[str], settings: Sequence[PolicySetting]) -> PolicySetting | None:
    """The index's own, else that of the nearest base, else the one for every index, else the server's."""
    found = {(one.index, one.origin): one for one in settings if one.key == COOLDOWN}
    places = [*((index, "set") for index in own), (EVERYWHERE, "set"), (EVERYWHERE, "serve")]
    return next((found[place] for place in places if place in found), None)


def _by_project(
    rules: Sequence[PolicyRule], kind: RuleKind
) -> Mapping[NormalizedName, tuple[PolicyRule, ...]]:
    found: defaultdict[NormalizedName, list[PolicyRule]] = defaultdict(list)
    for rule in rules:
        if rule.kind == kind:
            found[rule.project].append(rule)
    return {name: tuple(of_project) for name, of_project in found.items()}
