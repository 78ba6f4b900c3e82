"""Counters: the serial of changes, the epoch of indexes and policy, changes of what is seen of lists."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import COUNTERS, SERIAL_DAYS
from bodega.messaging.clock import Clock

SERIAL = "serial"
EPOCH = "epoch"
SEEN = "seen"


def count_up(connection: Connection, counter: str) -> int:
    """Count it up inside the transaction, which every other writer then waits for; the new value."""
    named = COUNTERS.c.name == counter
    connection.execute(update(COUNTERS).where(named).values(value=COUNTERS.c.value + 1))
    value: int = connection.execute(select(COUNTERS.c.value).where(named)).scalar_one()
    if counter == SERIAL:
        _note_day(connection, value)
    return value


class SqlSerials:
    """Implements ``index.views.ports.Serials``."""

    def __init__(self, database: Database) -> None:
        self._last = database.prepare(select(COUNTERS.c.value).where(COUNTERS.c.name == SERIAL))
        first = func.min(SERIAL_DAYS.c.first_serial)
        self._first_from = database.prepare(select(first).where(SERIAL_DAYS.c.day >= bindparam("from_day")))

    def last(self) -> int:
        """The serial of the last change."""
        found = self._last.first()
        return int(found[0]) if found else 0

    def last_before(self, day: date) -> int:
        """The serial of the last change before that day."""
        # Read before the days are: a change that comes between is of a later day, or is not counted.
        last = self.last()
        found = self._first_from.first(from_day=day.isoformat())
        return last if found is None or found[0] is None else int(found[0]) - 1


def _today() -> datetime:
    return datetime.now(UTC)


def _note_day(connection: Connection, serial: int, clock: Clock = _today) -> None:
    """The first serial of a day is remembered for good."""
    day = clock().date().isoformat()
    known = connection.execute(select(SERIAL_DAYS.c.day).where(SERIAL_DAYS.c.day == day)).first()
    if known is None:
        connection.execute(insert(SERIAL_DAYS), {"day": day, "first_serial": serial})
