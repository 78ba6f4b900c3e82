"""What audit tells readers."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from bodega.index.audit.model import AuditRecord


class AuditEntry(NamedTuple):
    """A record with its number, which counts up."""

    id: int
    record: AuditRecord


class AuditViews(Protocol):
    """Reads of the record, from any thread."""

    def newest(
        self, limit: int, *, action: str | None = None, before: int | None = None
    ) -> Sequence[AuditEntry]:
        """At most ``limit`` entries, newest first; of one action, and older than an id, where given."""
