"""One function per order about policy."""

from dataclasses import replace
from datetime import timedelta

from bodega.formats.durations import written
from bodega.index.views.events import (
    FileRefused,
    PolicyRuleAdded,
    PolicyRuleTakenBack,
    PolicySet,
    PolicyUnset,
)
from bodega.index.views.policy_commands import (
    AddPolicyRule,
    NoteRefusal,
    ServeWithCooldown,
    SetCooldown,
    TakeBackPolicyRule,
    UnsetCooldown,
)
from bodega.index.views.policy_errors import InvalidRuleError, RuleNotFoundError
from bodega.index.views.policy_records import (
    COOLDOWN,
    EVERYWHERE,
    PolicyRule,
    PolicySetting,
    PolicyWork,
    subject,
)
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin

_LONGEST_REASON = 500
_LONGEST_ADVISORY = 100


def set_cooldown(order: SetCooldown, begin: Begin[PolicyWork], clock: Clock) -> PolicySetting:
    """Set a cooldown; every process holds to it from its next read on."""
    setting = _cooldown(order.index, order.cooldown, order.by, clock)
    with begin() as work:
        work.policy.set(setting)
        work.outbox.add(
            PolicySet(
                subject=setting.key,
                serial=0,
                at=setting.at,
                index=setting.index,
                value=setting.value,
                by=order.by,
            )
        )
    return setting


def unset_cooldown(order: UnsetCooldown, begin: Begin[PolicyWork], clock: Clock) -> PolicySetting:
    """Forget a cooldown that was set; raises RuleNotFoundError."""
    with begin() as work:
        setting = work.policy.unset(order.index, COOLDOWN, "set")
        if setting is None:
            raise RuleNotFoundError(COOLDOWN, order.index)
        work.outbox.add(
            PolicyUnset(
                subject=COOLDOWN,
                serial=0,
                at=clock(),
                index=setting.index,
                value=setting.value,
                by=order.by,
            )
        )
    return setting


def serve_with_cooldown(order: ServeWithCooldown, begin: Begin[PolicyWork], clock: Clock) -> None:
    """Keep the server's own cooldown, so that commands beside it judge as it does; ``None``: it has none."""
    with begin() as work:
        if order.cooldown is None:
            work.policy.unset(EVERYWHERE, COOLDOWN, "serve")
        else:
            setting = _cooldown(EVERYWHERE, order.cooldown, order.by, clock)
            work.policy.set(replace(setting, origin="serve"))


def add_rule(order: AddPolicyRule, begin: Begin[PolicyWork], clock: Clock) -> PolicyRule:
    """Deny, quarantine or exempt; raises InvalidRuleError."""
    _refuse_unsayable(order)
    rule = PolicyRule(
        index=order.index,
        kind=order.kind,
        project=order.project,
        version=order.version,
        reason=order.reason,
        advisory=order.advisory,
        at=clock(),
        by=order.by,
    )
    with begin() as work:
        work.policy.put(rule)
        work.outbox.add(
            PolicyRuleAdded(
                subject=rule.project,
                serial=0,
                at=rule.at,
                index=rule.index,
                kind=rule.kind,
                version=rule.version,
                reason=rule.reason,
                advisory=rule.advisory,
                by=rule.by,
            )
        )
    return rule


def take_back_rule(order: TakeBackPolicyRule, begin: Begin[PolicyWork], clock: Clock) -> PolicyRule:
    """Forget a rule; raises RuleNotFoundError."""
    with begin() as work:
        rule = work.policy.take_back(order.index, order.kind, order.project, order.version)
        if rule is None:
            raise RuleNotFoundError(f"{order.kind} {subject(order.project, order.version)}", order.index)
        work.outbox.add(
            PolicyRuleTakenBack(
                subject=rule.project,
                serial=0,
                at=clock(),
                index=rule.index,
                kind=rule.kind,
                version=rule.version,
                reason=rule.reason,
                by=order.by,
            )
        )
    return rule


def note_refusal(order: NoteRefusal, begin: Begin[PolicyWork], clock: Clock) -> None:
    """Tell that readers were refused a file."""
    with begin() as work:
        work.outbox.add(
            FileRefused(
                subject=order.project,
                serial=0,
                at=clock(),
                index=order.index,
                filename=order.filename,
                code=order.code,
                rule=order.rule,
            )
        )


def _cooldown(index: str, cooldown: timedelta, by: str, clock: Clock) -> PolicySetting:
    return PolicySetting(index=index, key=COOLDOWN, origin="set", value=written(cooldown), at=clock(), by=by)


def _refuse_unsayable(order: AddPolicyRule) -> None:
    # Reasons are printed by other people's terminals and stand in HTTP headers.
    if not 0 < len(order.reason.strip()) <= _LONGEST_REASON or not order.reason.isprintable():
        raise InvalidRuleError(
            "the rule has no usable reason",
            why=f"readers are told why: give 1 to {_LONGEST_REASON} printable characters",
        )
    if order.advisory is None:
        return
    if not 0 < len(order.advisory) <= _LONGEST_ADVISORY or not order.advisory.isprintable():
        raise InvalidRuleError(f"{order.advisory[:80]!r} is not the id of an advisory")
    if order.kind != "exempt" or order.version is None:
        raise InvalidRuleError(
            f"which version fixes {order.advisory} is not said",
            why="an exemption for an advisory names PROJECT==VERSION: the version that fixes it",
        )
