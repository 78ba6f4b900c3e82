"""Outbox, inbox and waiting letters: one suite over SQLite and memory."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.messaging.messages import Event
from bodega.messaging.serialization import decode

NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    type: ClassVar[str] = "test.happened.v1"


def happened(number: int, at: datetime = NOW) -> Happened:
    return Happened(subject=f"s{number}", serial=number, at=at, id=f"e{number}")


@pytest.fixture(params=["memory", "sqlite"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Any]:
    if request.param == "memory":
        yield BeginMemoryWork(MemoryState())
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield BeginWork(database)
    database.close()


def due(begin: Any, at: datetime = NOW, limit: int = 10) -> list[str]:
    with begin() as work:
        return [letter.event_id for letter in work.letters.due(at, limit)]


def test_events_wait_in_order_and_can_be_read_again(begin: Any) -> None:
    with begin() as work:
        for number in (2, 1, 3):
            work.outbox.add(happened(number))
    with begin() as work:
        letters = work.letters.due(NOW, 2)
    assert [letter.event_id for letter in letters] == ["e2", "e1"]
    assert decode(letters[0].type, letters[0].payload, {Happened.type: Happened}) == happened(2)


def test_an_event_of_a_failed_transaction_never_was(begin: Any) -> None:
    with suppress(ZeroDivisionError), begin() as work:
        work.outbox.add(happened(1))
        work.inbox.first_time("c", "e1", NOW)
        raise ZeroDivisionError
    assert due(begin) == []
    with begin() as work:
        assert work.inbox.first_time("c", "e1", NOW)


def test_settled_events_wait_no_more_and_retried_ones_later(begin: Any) -> None:
    with begin() as work:
        for number in (1, 2, 3):
            work.outbox.add(happened(number))
        work.letters.settle("e1", NOW)
        work.letters.retry("e2", NOW + SECOND)
    assert due(begin) == ["e3"]
    assert due(begin, NOW + SECOND) == ["e2", "e3"]


def test_a_consumer_handles_an_event_once(begin: Any) -> None:
    with begin() as work:
        assert work.inbox.first_time("c", "e1", NOW)
        assert not work.inbox.first_time("c", "e1", NOW)
        assert work.inbox.first_time("d", "e1", NOW)
    with begin() as work:
        assert not work.inbox.first_time("c", "e1", NOW + SECOND)


def test_failures_are_counted_for_each_consumer(begin: Any) -> None:
    with begin() as work:
        work.outbox.add(happened(1))
        assert work.letters.fail("c", "e1", error="no", at=NOW) == 1
        assert work.letters.fail("c", "e1", error="no", at=NOW) == 2
        assert work.letters.fail("d", "e1", error="no", at=NOW) == 1
        assert not work.letters.is_dead("c", "e1")
        work.letters.bury("c", "e1", NOW)
    with begin() as work:
        assert (work.letters.is_dead("c", "e1"), work.letters.is_dead("d", "e1")) == (True, False)


def test_only_what_was_settled_long_ago_is_forgotten(begin: Any) -> None:
    with begin() as work:
        for number in (1, 2, 3):
            work.outbox.add(happened(number))
            work.inbox.first_time("c", f"e{number}", NOW)
        work.letters.settle("e1", NOW)
        work.letters.settle("e2", NOW + 2 * SECOND)
    with begin() as work:
        assert work.letters.forget_settled(NOW + SECOND) == 1
        assert work.letters.forget_settled(NOW + SECOND) == 0
    with begin() as work:
        seen = [work.inbox.first_time("c", f"e{number}", NOW) for number in (1, 2, 3)]
    assert seen == [True, False, False]
    assert due(begin) == ["e3"]
