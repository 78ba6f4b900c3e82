"""Indexes, inside a transaction and for readers."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, literal_column, select

from bodega.adapters.sql.counters import EPOCH, count_up
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import COUNTERS, PROJECTS
from bodega.adapters.sql.times import written
from bodega.adapters.sql.view_tables import INDEXES
from bodega.index.views.commands import CreateIndex
from bodega.index.views.model import IndexDefinition
from bodega.messaging.clock import Clock

_COLUMNS = (
    INDEXES.c.name,
    INDEXES.c.bases,
    INDEXES.c.upstreams,
    INDEXES.c.is_private,
    INDEXES.c.closed_after_days,
)


class SqlIndexRecords:
    """Implements ``index.views.ports.IndexRecords``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name."""
        return {row[0]: _definition(row) for row in self._connection.execute(select(*_COLUMNS))}

    def add(self, order: CreateIndex, clock: Clock) -> None:
        """Make one."""
        self._connection.execute(
            insert(INDEXES).values(
                name=order.name,
                bases=json.dumps(order.bases),
                upstreams=None if order.upstreams is None else json.dumps(order.upstreams),
                is_private=int(order.is_private),
                closed_after_days=order.closed_after_days,
                created_at=written(clock()),
                created_by=order.by,
            )
        )
        count_up(self._connection, EPOCH)

    def remove(self, name: str) -> None:
        """Remove one."""
        self._connection.execute(delete(INDEXES).where(INDEXES.c.name == name))
        count_up(self._connection, EPOCH)

    def has_projects(self, name: str) -> bool:
        """Whether an upload ever claimed a name in it."""
        found = select(PROJECTS.c.id).where(PROJECTS.c.index_name == name).limit(1)
        return self._connection.execute(found).first() is not None


class SqlIndexViews:
    """Implements ``index.views.ports.IndexViews``."""

    def __init__(self, database: Database) -> None:
        self._all = database.prepare(select(*_COLUMNS))
        self._epoch = database.prepare(select(COUNTERS.c.value).where(COUNTERS.c.name == EPOCH))
        self._granted = database.prepare(
            select(PROJECTS.c.name).where(
                PROJECTS.c.index_name == bindparam("of_index"),
                # Written out: the index over these few rows says the same.
                PROJECTS.c.mixes_upstream == literal_column("1"),
            )
        )

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name."""
        return {row[0]: _definition(row) for row in self._all.all()}

    def epoch(self) -> int:
        """Counts up with each change."""
        found = self._epoch.first()
        return int(found[0]) if found else 0

    def granted(self, name: str) -> frozenset[str]:
        """Projects that may be mixed with their namesakes upstream."""
        return frozenset(row[0] for row in self._granted.all(of_index=name))


def _definition(row: Sequence[Any]) -> IndexDefinition:
    name, bases, upstreams, is_private, closed_after_days = row
    return IndexDefinition(
        name=name,
        bases=tuple(json.loads(bases)),
        upstreams=None if upstreams is None else tuple(json.loads(upstreams)),
        is_private=bool(is_private),
        closed_after_days=closed_after_days,
    )
