"""Operations on policy: from checked values to an order, from its result to an answer."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from bodega.bootstrap.catalog import CatalogHalf
from bodega.formats.durations import duration
from bodega.formats.names import project_name
from bodega.index.views.judgement import Judged
from bodega.index.views.policy import Policy
from bodega.index.views.policy_commands import AddPolicyRule, SetCooldown, TakeBackPolicyRule, UnsetCooldown
from bodega.index.views.policy_errors import InvalidCooldownError, InvalidRuleError
from bodega.index.views.policy_records import EVERYWHERE, PolicyRule, PolicySetting, RuleKind
from bodega.index.views.policy_subject import policy_subject
from bodega.simple_api.render import timestamp

if TYPE_CHECKING:
    from bodega.bootstrap.policy_desk import PolicyDesk

Values = Mapping[str, Any]
Document = dict[str, Any]
#: Opens the desk where files are judged; closed at the end of the block.
OpenDesk = Callable[[], AbstractContextManager["PolicyDesk"]]


def show_policy(catalog: CatalogHalf, _values: Values, _by: str) -> Document:
    """Everything that was ordered, whichever index it is for."""
    return _shown(catalog.policy.views.settings(), catalog.policy.views.rules())


def set_cooldown(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Set how long new files of upstreams are held back."""
    return _setting(catalog.policy.set_cooldown(_cooldown(values, by)))


def unset_cooldown(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Forget a cooldown."""
    return _setting(catalog.policy.unset_cooldown(UnsetCooldown(index=_index(values), by=by)))


def add_policy_rule(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Deny, quarantine or exempt."""
    return _rule(catalog.policy.add_rule(_added(values, by)))


def take_back_policy_rule(catalog: CatalogHalf, values: Values, by: str) -> Document:
    """Forget a rule."""
    project, version = policy_subject(values["subject"])
    order = TakeBackPolicyRule(
        index=_index(values),
        kind=cast("RuleKind", values["kind"]),
        project=project,
        version=version,
        by=by,
    )
    return _rule(catalog.policy.take_back_rule(order))


def show_index_policy(open_desk: OpenDesk, values: Values, _by: str) -> Document:
    """What is in force for one index."""
    with open_desk() as desk:
        policy = desk.policy(values["index"])
    setting = policy.setting
    return {
        "index": policy.index,
        "cooldown": setting.value if setting is not None else "0",
        **_shown([setting] if setting is not None else [], _rules(policy)),
    }


def check_policy(open_desk: OpenDesk, values: Values, _by: str) -> Document:
    """Each file of a project with its verdict."""
    name = project_name(values["project"]).normalized
    with open_desk() as desk:
        found = desk.judge(values["index"], name)
    return {"index": values["index"], "project": name, "files": [_judged(one) for one in found]}


def preview_cooldown(open_desk: OpenDesk, values: Values, by: str) -> Document:
    """The files that a cooldown would hide."""
    return _vanishing(open_desk, _cooldown(values, by))


def preview_policy_rule(open_desk: OpenDesk, values: Values, by: str) -> Document:
    """The files that a rule would hide."""
    return _vanishing(open_desk, _added(values, by))


def _vanishing(open_desk: OpenDesk, order: SetCooldown | AddPolicyRule) -> Document:
    with open_desk() as desk:
        found = desk.would_vanish(order)
    return {"dry_run": True, "files": [{"index": index, **_judged(one)} for index, one in found]}


def _index(values: Values) -> str:
    index: str = values.get("index", EVERYWHERE)
    return index


def _cooldown(values: Values, by: str) -> SetCooldown:
    cooldown = duration(values["value"])
    if cooldown is None:
        raise InvalidCooldownError(values["value"])
    return SetCooldown(index=_index(values), cooldown=cooldown, by=by)


def _added(values: Values, by: str) -> AddPolicyRule:
    project, version = policy_subject(values["subject"])
    kind = cast("RuleKind", values["kind"])
    if kind == "quarantine" and version is not None:
        raise InvalidRuleError(
            "a quarantine is of a whole project", why="a denial of PROJECT==VERSION hides one version alone"
        )
    return AddPolicyRule(
        index=_index(values),
        kind=kind,
        project=project,
        version=version,
        reason=values["reason"],
        advisory=values.get("advisory"),
        by=by,
    )


def _rules(policy: Policy) -> list[PolicyRule]:
    return [
        *policy.quarantined.values(),
        *(rule for of_project in policy.denied.values() for rule in of_project),
        *(rule for of_project in policy.exempt.values() for rule in of_project),
    ]


def _shown(settings: Sequence[PolicySetting], rules: Sequence[PolicyRule]) -> Document:
    return {"settings": [_setting(one) for one in settings], "rules": [_rule(one) for one in rules]}


def _judged(one: Judged) -> Document:
    hidden = one.hidden
    return {
        "project": one.facts.project,
        "filename": one.facts.filename,
        "version": one.facts.version,
        "allowed": hidden is None,
        "reason": hidden.reason if hidden is not None else None,
        "code": hidden.code if hidden is not None else None,
        "rule": hidden.rule if hidden is not None else None,
        "until": _time(hidden.until) if hidden is not None else None,
    }


def _setting(setting: PolicySetting) -> Document:
    return {
        "index": setting.index or None,
        "key": setting.key,
        "value": setting.value,
        "origin": setting.origin,
        "at": _time(setting.at),
        "by": setting.by,
    }


def _rule(rule: PolicyRule) -> Document:
    return {
        "index": rule.index or None,
        "kind": rule.kind,
        "project": rule.project,
        "version": rule.version,
        "reason": rule.reason,
        "advisory": rule.advisory,
        "at": _time(rule.at),
        "by": rule.by,
    }


def _time(time: datetime | None) -> str | None:
    return timestamp(time) if time is not None else None
