from datetime import timedelta

import pytest

from bodega.adapters.memory.policy import MemoryPolicyViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.formats.names import NormalizedName
from bodega.index.views import policy_handlers as handlers
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
from bodega.messaging.serialization import decode, event_types
from support.policies import NOW

A = NormalizedName("a")
TYPES = event_types([FileRefused, PolicyRuleAdded, PolicyRuleTakenBack, PolicySet, PolicyUnset])


class House:
    def __init__(self):
        self.state = MemoryState()
        self.begin = BeginMemoryWork(self.state)
        self.views = MemoryPolicyViews(self.state)

    def order(self, handler, order):
        return handler(order, self.begin, lambda: NOW)

    @property
    def events(self):
        letters = [kept.letter for kept in self.state.letters.values()]
        return [decode(letter.type, letter.payload, TYPES) for letter in letters]


@pytest.fixture
def house():
    return House()


def add(kind="deny", **changes):
    facts = {"index": "", "project": A, "reason": "malware", "by": "local:me", **changes}
    return AddPolicyRule(kind=kind, **facts)


def test_a_cooldown_is_set_changed_and_unset_with_its_events(house):
    week = SetCooldown(index="team", cooldown=timedelta(days=7), by="local:me")
    assert house.order(handlers.set_cooldown, week).value == "7d"
    house.order(handlers.set_cooldown, SetCooldown(index="team", cooldown=timedelta(), by="local:me"))
    assert [(one.index, one.value, one.origin) for one in house.views.settings()] == [("team", "0", "set")]
    unset = UnsetCooldown(index="team", by="local:me")
    house.order(handlers.unset_cooldown, unset)
    assert house.views.settings() == []
    with pytest.raises(RuleNotFoundError):
        house.order(handlers.unset_cooldown, unset)
    assert [(type(event), event.value) for event in house.events] == [
        (PolicySet, "7d"),
        (PolicySet, "0"),
        (PolicyUnset, "0"),
    ]
    assert house.state.epoch == 3


def test_the_servers_cooldown_comes_and_goes_beside_a_set_one(house):
    house.order(handlers.set_cooldown, SetCooldown(index="", cooldown=timedelta(days=1), by="local:me"))
    house.order(handlers.serve_with_cooldown, ServeWithCooldown(cooldown=timedelta(days=7), by="serve"))
    assert {(one.origin, one.value) for one in house.views.settings()} == {("set", "1d"), ("serve", "7d")}
    house.order(handlers.serve_with_cooldown, ServeWithCooldown(cooldown=None, by="serve"))
    assert {one.origin for one in house.views.settings()} == {"set"}
    assert len(house.events) == 1


def test_a_rule_comes_once_and_goes_with_its_events(house):
    house.order(handlers.add_rule, add(version="1.0"))
    house.order(handlers.add_rule, add(version="1.0", reason="worse"))
    assert [(rule.subject, rule.reason) for rule in house.views.rules()] == [("a==1.0", "worse")]
    back = TakeBackPolicyRule(index="", kind="deny", project=A, version="1.0", by="local:me")
    house.order(handlers.take_back_rule, back)
    assert house.views.rules() == []
    assert [type(event) for event in house.events] == [PolicyRuleAdded, PolicyRuleAdded, PolicyRuleTakenBack]
    assert [event.subject for event in house.events] == ["a", "a", "a"]


@pytest.mark.parametrize(
    "changes",
    [{"version": None}, {"index": "team"}, {"kind": "quarantine"}, {"project": NormalizedName("b")}],
)
def test_only_the_rule_that_is_meant_is_taken_back(house, changes):
    house.order(handlers.add_rule, add(version="1.0"))
    meant = {"index": "", "kind": "deny", "project": A, "version": "1.0", "by": "x", **changes}
    with pytest.raises(RuleNotFoundError):
        house.order(handlers.take_back_rule, TakeBackPolicyRule(**meant))
    assert len(house.views.rules()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"reason": "  "},
        {"reason": "two\nlines"},
        {"reason": "\x1b[31mred"},
        {"reason": "long" * 200},
        {"kind": "exempt", "advisory": "GHSA-1"},
        {"kind": "exempt", "version": "1.0", "advisory": ""},
        {"kind": "exempt", "version": "1.0", "advisory": "G\n"},
        {"version": "1.0", "advisory": "GHSA-1"},
    ],
)
def test_rules_that_cannot_be_said_are_refused_and_change_nothing(house, changes):
    with pytest.raises(InvalidRuleError):
        house.order(handlers.add_rule, add(**changes))
    assert (house.views.rules(), house.events, house.state.epoch) == ([], [], 0)


def test_an_exemption_names_the_version_that_fixes_an_advisory(house):
    house.order(handlers.add_rule, add("exempt", version="1.1", advisory="GHSA-1"))
    assert house.views.rules()[0].advisory == "GHSA-1"
    assert house.events[0].advisory == "GHSA-1"


def test_a_refusal_is_told_as_an_event(house):
    order = NoteRefusal(index="main", project=A, filename="a-1.tar.gz", code="E-X", rule="deny a")
    house.order(handlers.note_refusal, order)
    assert isinstance(house.events[0], FileRefused)
    assert (house.events[0].subject, house.events[0].filename) == ("a", "a-1.tar.gz")
