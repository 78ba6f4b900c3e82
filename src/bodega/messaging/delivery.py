"""Delivery: events of the outbox to their consumers, at least once, with effects that happen once.

The effect of a consumer and the note that it handled the event (the inbox) commit together. A consumer
that fails is tried again later and later, and after ``MAX_ATTEMPTS`` the event is dead for it: kept and
shown, not tried any more. Events of one subject come in order, unless one of them is being retried;
consumers that care compare the serial.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from bodega.messaging.clock import Clock
from bodega.messaging.messages import Event
from bodega.messaging.serialization import UnreadableEventError, decode
from bodega.messaging.unit_of_work import Begin

#: Tries of one consumer on one event before it is dead for that consumer.
MAX_ATTEMPTS = 5
#: Events handled in one transaction.
BATCH = 50
#: How long settled events are kept, for people who look for what happened.
KEPT = timedelta(days=30)
_FIRST_DELAY_SECONDS = 1.0
_DELAY_FACTOR = 5.0


@dataclass(frozen=True, slots=True)
class Letter:
    """An event waiting in the outbox, still as text."""

    event_id: str
    type: str
    payload: str


class Inbox(Protocol):
    """Which consumer has handled which event, written in the consumer's own transaction."""

    def first_time(self, consumer: str, event_id: str, at: datetime) -> bool:
        """Note that the consumer handles the event now; false when it has done so before."""


class WaitingLetters(Protocol):
    """The events that wait in the outbox."""

    def due(self, now: datetime, limit: int) -> Sequence[Letter]:
        """Waiting events whose time has come, oldest first."""


class Letters(WaitingLetters, Protocol):
    """The outbox from the side of the deliverer."""

    def settle(self, event_id: str, at: datetime) -> None:
        """Every consumer has handled the event, or given it up."""

    def retry(self, event_id: str, at: datetime) -> None:
        """Leave the event waiting until then."""

    def fail(self, consumer: str, event_id: str, *, error: str, at: datetime) -> int:
        """Note that the consumer failed on the event; how often it has by now."""

    def bury(self, consumer: str, event_id: str, at: datetime) -> None:
        """Give the event up for that consumer."""

    def is_dead(self, consumer: str, event_id: str) -> bool:
        """Whether it was given up for that consumer."""

    def forget_settled(self, before: datetime) -> int:
        """Delete what was settled before then, and who handled it; how many events that were."""


class DeliveryWork(Protocol):
    """A unit of work of one delivery; consumers find their repositories on it, too."""

    @property
    def letters(self) -> Letters:
        """The waiting events."""

    @property
    def inbox(self) -> Inbox:
        """What was handled."""


Work = TypeVar("Work", bound=DeliveryWork)


@dataclass(frozen=True, slots=True)
class Consumer(Generic[Work]):
    """Somebody who listens: a name that never changes, and the handler of the event."""

    name: str
    handle: Callable[[Any, Work], None]


Subscriptions = Mapping[type[Event], Sequence[Consumer[Work]]]


class Deliverer(Generic[Work]):
    """Brings waiting events to their consumers.

    ``begin`` starts the transaction of one batch; ``report`` is told of each failure, once.
    """

    def __init__(
        self,
        begin: Begin[Work],
        subscriptions: Subscriptions[Work],
        *,
        clock: Clock,
        report: Callable[[str, Letter, Exception], None],
    ) -> None:
        self._begin = begin
        self._subscriptions = subscriptions
        self._types = {event_class.type: event_class for event_class in subscriptions}
        self._clock = clock
        self._report = report

    def deliver_due(self, letters: WaitingLetters) -> int:
        """Deliver what is due, read through ``letters``; how many events were taken up."""
        due = letters.due(self._clock(), BATCH)
        if not due:
            return 0
        try:
            with self._begin() as work:
                for letter in due:
                    for consumer in self._consumers(letter):
                        self._handle(consumer, letter, work)
                    work.letters.settle(letter.event_id, self._clock())
        except Exception:  # noqa: BLE001 - whichever it was is found and told one by one
            for letter in due:
                self._deliver_alone(letter)
        return len(due)

    def forget_settled(self) -> int:
        """Delete events settled long ago; how many that were."""
        with self._begin() as work:
            return work.letters.forget_settled(self._clock() - KEPT)

    def _consumers(self, letter: Letter) -> Sequence[Consumer[Work]]:
        event_class = self._types.get(letter.type)
        return self._subscriptions[event_class] if event_class else ()

    def _handle(self, consumer: Consumer[Work], letter: Letter, work: Work) -> None:
        if work.letters.is_dead(consumer.name, letter.event_id):
            return
        if work.inbox.first_time(consumer.name, letter.event_id, self._clock()):
            consumer.handle(decode(letter.type, letter.payload, self._types), work)

    def _deliver_alone(self, letter: Letter) -> None:
        attempts = [self._try(consumer, letter) for consumer in self._consumers(letter)]
        waiting = [attempt for attempt in attempts if attempt]
        now = self._clock()
        with self._begin() as work:
            if waiting:
                work.letters.retry(letter.event_id, now + delay(max(waiting)))
            else:
                work.letters.settle(letter.event_id, now)

    def _try(self, consumer: Consumer[Work], letter: Letter) -> int:
        """How often it has failed so far, when it must be tried again; else 0."""
        try:
            with self._begin() as work:
                self._handle(consumer, letter, work)
        except Exception as error:  # noqa: BLE001 - noted with the event, told, tried again
            self._report(consumer.name, letter, error)
            return self._note(consumer, letter, error)
        return 0

    def _note(self, consumer: Consumer[Work], letter: Letter, error: Exception) -> int:
        now = self._clock()
        with self._begin() as work:
            text = f"{type(error).__name__}: {error}"
            attempts = work.letters.fail(consumer.name, letter.event_id, error=text[:2000], at=now)
            if attempts >= MAX_ATTEMPTS or isinstance(error, UnreadableEventError):
                work.letters.bury(consumer.name, letter.event_id, now)
                return 0
        return attempts


def delay(attempts: int) -> timedelta:
    """How long to wait after so many failures: 1 s, 5 s, 25 s, 125 s."""
    return timedelta(seconds=_FIRST_DELAY_SECONDS * _DELAY_FACTOR ** (attempts - 1))
