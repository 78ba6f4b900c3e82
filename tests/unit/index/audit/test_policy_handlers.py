"""What the audit record says of policy."""

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.index.audit import policy_handlers as handlers
from bodega.index.views.events import (
    FileRefused,
    PolicyRuleAdded,
    PolicyRuleTakenBack,
    PolicySet,
    PolicyUnset,
)
from support.policies import NOW

ALWAYS = {"serial": 0, "at": NOW}
RULE = {"subject": "a", "index": "", "reason": "malware", "by": "local:me", **ALWAYS}


def recorded(handler, event):
    state = MemoryState()
    with BeginMemoryWork(state)() as work:
        handler(event, work)
    return state.audit[0]


@pytest.mark.parametrize(
    ("kind", "added", "taken_back"),
    [
        ("deny", "policy.deny", "policy.allow"),
        ("quarantine", "policy.quarantine", "policy.release"),
        ("exempt", "policy.exempt", "policy.unexempt"),
    ],
)
def test_rules_have_their_words(kind, added, taken_back):
    event = PolicyRuleAdded(kind=kind, version="1.0", advisory=None, **RULE)
    record = recorded(handlers.record_rule_added, event)
    assert (record.action, record.object, record.project) == (added, "a==1.0", "a")
    assert (record.actor, record.details) == ("local:me", {"index": None, "reason": "malware"})
    event = PolicyRuleTakenBack(kind=kind, version=None, **RULE)
    record = recorded(handlers.record_rule_taken_back, event)
    assert (record.action, record.object) == (taken_back, "a")


def test_an_advisory_is_recorded():
    event = PolicyRuleAdded(kind="exempt", version="1.0", advisory="GHSA-1", **RULE)
    assert recorded(handlers.record_rule_added, event).details["advisory"] == "GHSA-1"


def test_settings_have_their_words():
    facts = {"subject": "cooldown", "index": "team", "value": "7d", "by": "local:me", **ALWAYS}
    record = recorded(handlers.record_policy_set, PolicySet(**facts))
    assert (record.action, record.object, record.details) == (
        "policy.set",
        "cooldown",
        {"index": "team", "value": "7d"},
    )
    assert recorded(handlers.record_policy_unset, PolicyUnset(**facts)).action == "policy.unset"


def test_a_refusal_is_of_the_bare_file_name():
    event = FileRefused(subject="a", index="main", filename="a-1.tar.gz", code="E-X", rule="deny a", **ALWAYS)
    record = recorded(handlers.record_file_refused, event)
    assert (record.action, record.object, record.project) == ("file.refuse", "a-1.tar.gz", "a")
