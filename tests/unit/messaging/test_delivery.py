"""Delivery: at least once, effects once, retries that end."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork, MemoryAuditViews
from bodega.adapters.sql.audit import SqlAuditViews
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.views import AuditViews
from bodega.messaging.delivery import BATCH, KEPT, MAX_ATTEMPTS, Consumer, Deliverer, delay
from bodega.messaging.messages import Event

START = datetime(2026, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Event):
    type: ClassVar[str] = "test.happened.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard(Event):
    type: ClassVar[str] = "test.unheard.v1"


class Room:
    """A deliverer whose consumers write what they did in the audit record, in the transaction given to them."""

    def __init__(self, begin: Any, audit: AuditViews) -> None:
        self.begin = begin
        self.audit = audit
        self.now = START
        self.reported: list[tuple[str, str]] = []
        self.trouble: Callable[[str, str], bool] = lambda _consumer, _subject: False
        subscriptions = {
            Happened: tuple(Consumer(name, self._consumer(name)) for name in ("first", "second"))
        }
        self.deliverer = Deliverer(begin, subscriptions, clock=lambda: self.now, report=self._report)

    def _consumer(self, name: str) -> Callable[[Happened, Any], None]:
        def handle(event: Happened, work: Any) -> None:
            work.audit.add(AuditRecord(at=event.at, actor=name, action="saw", object=event.subject))
            if self.trouble(name, event.subject):
                raise ArithmeticError(event.subject)

        return handle

    def _report(self, consumer: str, letter: Any, error: Exception) -> None:
        assert isinstance(error, ArithmeticError)
        self.reported.append((consumer, letter.event_id))

    def happen(self, *subjects: str) -> None:
        with self.begin() as work:
            for subject in subjects:
                work.outbox.add(Happened(subject=subject, serial=1, at=self.now, id=f"of {subject}"))

    def deliver(self) -> int:
        with self.begin() as work:
            letters = work.letters.due(self.now, BATCH)

        class Waiting:
            def due(self, _now: datetime, _limit: int) -> Any:
                return letters

        return self.deliverer.deliver_due(Waiting())

    def seen(self) -> list[str]:
        return [f"{record.object} by {record.actor}" for _, record in reversed(self.audit.newest(1000))]


@pytest.fixture(params=["memory", "sqlite"])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Room]:
    if request.param == "memory":
        state = MemoryState()
        yield Room(BeginMemoryWork(state), MemoryAuditViews(state))
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield Room(BeginWork(database), SqlAuditViews(database))
    database.close()


def test_each_consumer_sees_each_event_in_order(room: Room) -> None:
    room.happen("a", "b")
    assert room.deliver() == 2
    assert room.seen() == ["a by first", "a by second", "b by first", "b by second"]
    assert room.deliver() == 0


def test_an_event_that_nobody_listens_to_is_settled(room: Room) -> None:
    with room.begin() as work:
        work.outbox.add(Unheard(subject="a", serial=1, at=START))
    assert (room.deliver(), room.deliver(), room.seen()) == (1, 0, [])


def test_a_failing_consumer_holds_up_neither_others_nor_other_events(room: Room) -> None:
    room.happen("a", "b", "c")
    room.trouble = lambda consumer, subject: (consumer, subject) == ("first", "b")
    room.deliver()
    assert room.seen() == ["a by first", "a by second", "b by second", "c by first", "c by second"]
    assert room.reported == [("first", "of b")]


def test_effects_of_a_failed_try_are_undone_and_the_retry_has_them_once(room: Room) -> None:
    room.happen("a")
    room.trouble = lambda consumer, _: consumer == "second"
    room.deliver()
    assert room.seen() == ["a by first"]
    room.trouble = lambda _consumer, _subject: False
    assert room.deliver() == 0, "not before its time"
    room.now += delay(1)
    assert room.deliver() == 1
    assert room.seen() == ["a by first", "a by second"]
    assert room.deliver() == 0


def test_after_five_failures_the_event_is_dead_for_that_consumer_alone(room: Room) -> None:
    room.happen("poison")
    room.trouble = lambda consumer, _: consumer == "first"
    tries = 0
    while room.deliver():
        tries += 1
        room.now += timedelta(hours=1)
        assert tries < 20
    assert tries == MAX_ATTEMPTS
    assert room.reported == [("first", "of poison")] * MAX_ATTEMPTS
    assert room.seen() == ["poison by second"]
    room.happen("next")
    room.trouble = lambda _consumer, _subject: False
    room.deliver()
    assert room.seen() == ["poison by second", "next by first", "next by second"]


def test_an_event_delivered_twice_has_its_effect_once(room: Room) -> None:
    room.happen("a")
    with room.begin() as work:
        letters = work.letters.due(room.now, BATCH)

    class Again:
        def due(self, _now: datetime, _limit: int) -> Any:
            return letters

    for _ in range(3):
        room.deliverer.deliver_due(Again())
    assert room.seen() == ["a by first", "a by second"]


def test_an_event_that_cannot_be_read_is_given_up_at_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    room = Room(BeginWork(database), SqlAuditViews(database))
    told: list[str] = []
    room.deliverer._report = lambda _consumer, _letter, error: told.append(type(error).__name__)
    room.happen("a")
    with database.writing() as connection:
        connection.exec_driver_sql("""UPDATE outbox SET payload = '{"subject": 1'""")
    room.deliver()
    assert told == ["UnreadableEventError"] * 2
    room.now += timedelta(hours=1)
    assert room.deliver() == 0
    database.close()


def test_waits_grow() -> None:
    assert [delay(attempts).total_seconds() for attempts in (1, 2, 3, 4)] == [1, 5, 25, 125]


def test_settled_events_are_forgotten_in_the_end(room: Room) -> None:
    room.happen("a")
    room.deliver()
    room.happen("b")
    assert room.deliverer.forget_settled() == 0
    room.now += KEPT + timedelta(seconds=1)
    assert room.deliverer.forget_settled() == 1
    assert room.deliver() == 1
