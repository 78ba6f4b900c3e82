"""Counters of the database: the serial of changes, and the epoch of indexes and policy."""

from sqlalchemy import Connection, select, update

from bodega.adapters.sql.schema import COUNTERS

SERIAL = "serial"
EPOCH = "epoch"


def count_up(connection: Connection, counter: str) -> int:
    """Count it up inside the transaction, which every other writer then waits for; the new value."""
    named = COUNTERS.c.name == counter
    connection.execute(update(COUNTERS).where(named).values(value=COUNTERS.c.value + 1))
    value: int = connection.execute(select(COUNTERS.c.value).where(named)).scalar_one()
    return value
