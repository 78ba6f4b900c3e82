"""The audit record, inside a transaction."""

import json

from sqlalchemy import Connection, insert, select

from bodega.adapters.sql.schema import AUDIT
from bodega.adapters.sql.times import read, written
from bodega.index.audit.model import AuditRecord


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

    def newest(self, limit: int) -> list[AuditRecord]:
        """The newest records, newest first."""
        rows = self._connection.execute(select(AUDIT).order_by(AUDIT.c.id.desc()).limit(limit))
        return [
            AuditRecord(
                at=read(row.at),
                actor=row.actor,
                action=row.action,
                object=row.object,
                project=row.project,
                details=json.loads(row.details),
            )
            for row in rows
        ]
