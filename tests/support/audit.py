"""The audit record of a data folder, read beside whoever serves it."""

from pathlib import Path

from bodega.adapters.sql.audit import SqlAuditViews
from bodega.adapters.sql.engine import Database
from bodega.index.audit.model import AuditRecord


def records(folder: Path) -> list[AuditRecord]:
    """The records of ``support.server.Bodega`` in that folder, newest first."""
    database = Database(f"sqlite:///{folder}/data/bodega.db")
    try:
        return [entry.record for entry in SqlAuditViews(database).newest(1000)]
    finally:
        database.close()
