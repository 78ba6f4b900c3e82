"""What audit needs of the world, inside a transaction."""

from typing import Protocol

from bodega.index.audit.model import AuditRecord


class AuditRecords(Protocol):
    """The record, append-only."""

    def add(self, record: AuditRecord) -> None:
        """Append a record."""


class AuditWork(Protocol):
    """A transaction of audit."""

    @property
    def audit(self) -> AuditRecords:
        """The record."""
