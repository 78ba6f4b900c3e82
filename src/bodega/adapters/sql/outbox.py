"""The outbox and the inbox, inside a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import DELIVERY_FAILURES, INBOX, OUTBOX
from bodega.adapters.sql.times import written
from bodega.messaging.delivery import Letter
from bodega.messaging.messages import Event
from bodega.messaging.serialization import encode


class SqlOutbox:
    """Implements ``messaging.unit_of_work.Outbox``; ``added`` says how many events it took."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.added = 0

    def add(self, event: Event) -> None:
        """Write the event into the running transaction."""
        self._connection.execute(
            insert(OUTBOX).values(
                event_id=event.id, type=event.type, payload=encode(event), attempt_at=written(event.at)
            )
        )
        self.added += 1


class SqlInbox:
    """Implements ``messaging.delivery.Inbox``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def first_time(self, consumer: str, event_id: str, at: datetime) -> bool:
        """Note that the consumer handles the event now."""
        row = {"consumer": consumer, "event_id": event_id, "handled_at": written(at)}
        try:
            with self._connection.begin_nested():
                self._connection.execute(insert(INBOX).values(row))
        except IntegrityError:
            return False
        return True


class SqlLetters:
    """Implements ``messaging.delivery.Letters``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, now: datetime, limit: int) -> Sequence[Letter]:
        """Waiting events whose time has come, oldest first."""
        waiting = (
            select(OUTBOX.c.event_id, OUTBOX.c.type, OUTBOX.c.payload)
            .where(OUTBOX.c.done_at.is_(None), OUTBOX.c.attempt_at <= written(now))
            .order_by(OUTBOX.c.seq)
            .limit(limit)
        )
        return [Letter(*row) for row in self._connection.execute(waiting)]

    def settle(self, event_id: str, at: datetime) -> None:
        """Every consumer has handled the event, or given it up."""
        self._update(event_id, done_at=written(at))

    def retry(self, event_id: str, at: datetime) -> None:
        """Leave the event waiting until then."""
        self._update(event_id, attempt_at=written(at))

    def fail(self, consumer: str, event_id: str, *, error: str, at: datetime) -> int:
        """Note that the consumer failed on the event; how often it has by now."""
        attempts = self._attempts(consumer, event_id) + 1
        row = {"attempts": attempts, "error": error, "failed_at": written(at)}
        if attempts == 1:
            self._connection.execute(
                insert(DELIVERY_FAILURES).values(consumer=consumer, event_id=event_id, **row)
            )
        else:
            self._connection.execute(update(DELIVERY_FAILURES).where(_about(consumer, event_id)).values(row))
        return attempts

    def bury(self, consumer: str, event_id: str, at: datetime) -> None:
        """Give the event up for that consumer."""
        self._connection.execute(
            update(DELIVERY_FAILURES).where(_about(consumer, event_id)).values(dead_at=written(at))
        )

    def is_dead(self, consumer: str, event_id: str) -> bool:
        """Whether it was given up for that consumer."""
        dead = select(DELIVERY_FAILURES.c.dead_at).where(_about(consumer, event_id))
        return self._connection.execute(dead).scalar() is not None

    def forget_settled(self, before: datetime) -> int:
        """Delete what was settled before then, and who handled it; how many events that were."""
        forgotten = self._connection.execute(
            delete(OUTBOX).where(OUTBOX.c.done_at < written(before))
        ).rowcount
        if forgotten:
            kept = select(OUTBOX.c.event_id)
            self._connection.execute(delete(INBOX).where(INBOX.c.event_id.not_in(kept)))
        return forgotten

    def _attempts(self, consumer: str, event_id: str) -> int:
        known = select(DELIVERY_FAILURES.c.attempts).where(_about(consumer, event_id))
        return int(self._connection.execute(known).scalar() or 0)

    def _update(self, event_id: str, **values: str) -> None:
        self._connection.execute(update(OUTBOX).where(OUTBOX.c.event_id == event_id).values(values))


class SqlWaitingLetters:
    """The waiting events, read outside the transaction that will deliver them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, limit: int) -> Sequence[Letter]:
        """Waiting events whose time has come, oldest first."""
        with self._database.reading() as connection:
            return SqlLetters(connection).due(now, limit)


def _about(consumer: str, event_id: str) -> Any:
    return (DELIVERY_FAILURES.c.consumer == consumer) & (DELIVERY_FAILURES.c.event_id == event_id)
