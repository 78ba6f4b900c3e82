"""Settings and rules of policy, kept and read: one suite over SQLite and memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.memory.indexes import MemoryIndexViews
from bodega.adapters.memory.policy import MemoryPolicyViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.indexes import SqlIndexViews
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.policy import SqlPolicyViews
from bodega.adapters.sql.work import BeginWork
from support.policies import cooldown, rule


@pytest.fixture(params=["memory", "sqlite", "sqlite, another process"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, Any, Any]]:
    if request.param == "memory":
        state = MemoryState()
        yield BeginMemoryWork(state), MemoryPolicyViews(state), MemoryIndexViews(state)
        return
    writing = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(writing)
    reading = Database(f"sqlite:///{tmp_path}/bodega.db") if "another" in request.param else writing
    yield BeginWork(writing), SqlPolicyViews(reading), SqlIndexViews(reading)
    reading.close()
    writing.close()


def test_settings_come_back_as_they_were_and_are_replaced(house: tuple[Any, Any, Any]) -> None:
    begin, views, _ = house
    kept = [cooldown("7d"), cooldown("1d", "team"), cooldown("3d", origin="serve")]
    with begin() as work:
        for setting in kept:
            work.policy.set(setting)
    assert sorted(views.settings(), key=str) == sorted(kept, key=str)
    with begin() as work:
        work.policy.set(cooldown("8d"))
        assert work.policy.unset("team", "cooldown", "set") == kept[1]
        assert work.policy.unset("team", "cooldown", "set") is None
        assert work.policy.unset("other", "cooldown", "set") is None
    assert {(one.index, one.origin, one.value) for one in views.settings()} == {
        ("", "set", "8d"),
        ("", "serve", "3d"),
    }


def test_rules_come_back_as_they_were_and_are_replaced(house: tuple[Any, Any, Any]) -> None:
    begin, views, _ = house
    kept = [
        rule("deny", "a"),
        rule("deny", "a", "1.0"),
        rule("quarantine", "a"),
        rule("deny", "a", index="team"),
        rule("exempt", "b", "1.1", advisory="GHSA-1"),
    ]
    with begin() as work:
        for one in kept:
            work.policy.put(one)
    assert list(views.rules()) == kept
    with begin() as work:
        work.policy.put(rule("deny", "a", reason="another"))
        assert work.policy.take_back("", "deny", "a", "1") == kept[1]
        assert work.policy.take_back("", "deny", "a", "1.0") is None
    assert list(views.rules()) == [*kept[2:], rule("deny", "a", reason="another")]


def test_each_change_counts_the_epoch_up_and_an_undone_one_does_not(house: tuple[Any, Any, Any]) -> None:
    begin, views, indexes = house
    seen = [indexes.epoch()]
    changes = [
        lambda policy: policy.set(cooldown("7d")),
        lambda policy: policy.set(cooldown("8d")),
        lambda policy: policy.unset("", "cooldown", "set"),
        lambda policy: policy.put(rule("deny", "a")),
        lambda policy: policy.put(rule("deny", "a", reason="another")),
        lambda policy: policy.take_back("", "deny", "a", None),
    ]
    for change in changes:
        with begin() as work:
            change(work.policy)
        seen.append(indexes.epoch())
    assert seen == sorted(set(seen))
    with begin() as work:
        assert work.policy.take_back("", "deny", "a", None) is None
    with pytest.raises(ZeroDivisionError):
        _fail_midway(begin)
    assert indexes.epoch() == seen[-1]
    assert list(views.rules()) == []


def _fail_midway(begin: Any) -> None:
    with begin() as work:
        work.policy.put(rule("deny", "a"))
        raise ZeroDivisionError
