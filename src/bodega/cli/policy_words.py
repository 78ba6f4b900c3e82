"""What ``bodega policy`` prints: lines for people, and one JSON document a command."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime

from bodega.cli.acts import print_json
from bodega.index.views.judgement import Judged
from bodega.index.views.policy import Policy
from bodega.index.views.policy_records import PolicyRule, PolicySetting
from bodega.simple_api.render import timestamp

_DONE: Mapping[str, str] = {
    "deny": "is denied",
    "allow": "is denied no more",
    "quarantine": "is quarantined",
    "release": "is quarantined no more",
    "exempt": "passes the cooldown",
    "unexempt": "passes the cooldown no more",
}


def print_setting(setting: PolicySetting, done: str, *, as_json: bool) -> None:
    """A setting that was changed."""
    if as_json:
        print_json(_setting(setting))
        return
    sys.stderr.write(f"{setting.key} {setting.value} is {done} for {_where(setting.index)}\n")


def print_rule(rule: PolicyRule, act: str, *, as_json: bool) -> None:
    """A rule that was made or taken back."""
    if as_json:
        print_json(_rule(rule))
        return
    sys.stderr.write(f"{rule.subject} {_DONE[act]} in {_where(rule.index)}\n")


def print_vanishing(found: Sequence[tuple[str, Judged]], *, as_json: bool) -> None:
    """The files that would vanish, each with its index."""
    if as_json:
        files = [{"index": index, **_judged(one)} for index, one in found]
        print_json({"dry_run": True, "files": files})
        return
    for index, one in found:
        reason = one.hidden.reason if one.hidden is not None else ""
        sys.stdout.write(f"{index:<16} {one.facts.filename}  {reason}\n")
    sys.stderr.write(f"{len(found)} files would vanish; nothing is changed\n")


def print_judged(index: str, project: str, found: Sequence[Judged], *, as_json: bool) -> None:
    """Each file of a project with its verdict."""
    if as_json:
        print_json({"index": index, "project": project, "files": [_judged(one) for one in found]})
        return
    for one in found:
        sys.stdout.write(f"{one.facts.filename}  {one.hidden.reason if one.hidden else 'allowed'}\n")


def print_all(settings: Sequence[PolicySetting], rules: Sequence[PolicyRule], *, as_json: bool) -> None:
    """Everything that was ordered, whichever index it is for."""
    if as_json:
        print_json({"settings": [_setting(one) for one in settings], "rules": [_rule(one) for one in rules]})
        return
    _print_lines(settings, rules)


def print_in_force(policy: Policy, *, as_json: bool) -> None:
    """What is in force for one index."""
    settings = [policy.setting] if policy.setting is not None else []
    rules = [
        *policy.quarantined.values(),
        *(rule for of_project in policy.denied.values() for rule in of_project),
        *(rule for of_project in policy.exempt.values() for rule in of_project),
    ]
    if as_json:
        cooldown = policy.setting.value if policy.setting is not None else "0"
        document = {"settings": [_setting(one) for one in settings], "rules": [_rule(one) for one in rules]}
        print_json({"index": policy.index, "cooldown": cooldown, **document})
        return
    _print_lines(settings, rules)


def _print_lines(settings: Sequence[PolicySetting], rules: Sequence[PolicyRule]) -> None:
    for setting in settings:
        origin = " (of the server)" if setting.origin == "serve" else ""
        sys.stdout.write(f"{_where(setting.index):<20} {setting.key} {setting.value}{origin}\n")
    for rule in rules:
        fixes = f" (fixes {rule.advisory})" if rule.advisory else ""
        sys.stdout.write(f"{_where(rule.index):<20} {rule.kind} {rule.subject}: {rule.reason}{fixes}\n")


def _where(index: str) -> str:
    return f"index {index}" if index else "every index"


def _judged(one: Judged) -> dict[str, object]:
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


def _setting(setting: PolicySetting) -> dict[str, object]:
    return {
        "index": setting.index or None,
        "key": setting.key,
        "value": setting.value,
        "origin": setting.origin,
        "at": _time(setting.at),
        "by": setting.by,
    }


def _rule(rule: PolicyRule) -> dict[str, object]:
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
