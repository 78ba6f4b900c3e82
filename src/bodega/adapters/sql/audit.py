"""The audit record, inside a transaction and for readers."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import AUDIT
from bodega.adapters.sql.times import read, written
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.views import AuditEntry


class SqlAuditRecords:
    """Implements ``index.audit.ports.AuditRecords``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: AuditRecord) -> None:
        """Append a record."""
        self._connection.execute(
            insert(AUDIT).values(
                at=written(record.at),
                actor=record.actor,
                action=record.action,
                object=record.object,
                project=record.project,
                details=json.dumps(dict(record.details), ensure_ascii=False, sort_keys=True),
            )
        )


class SqlAuditViews:
    """Implements ``index.audit.views.AuditViews``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def newest(
        self, limit: int, *, action: str | None = None, before: int | None = None
    ) -> Sequence[AuditEntry]:
        """At most so many entries, newest first."""
        wanted = select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit)
        if action is not None:
            wanted = wanted.where(AUDIT.c.action == action)
        if before is not None:
            wanted = wanted.where(AUDIT.c.id < before)
        with self._database.reading() as connection:
            return [AuditEntry(row.id, _record(row)) for row in connection.execute(wanted)]


def _record(row: Any) -> AuditRecord:
    return AuditRecord(
        at=read(row.at),
        actor=row.actor,
        action=row.action,
        object=row.object,
        project=row.project,
        details=json.loads(row.details),
    )
