"""The audit record as an answer."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from bodega.bootstrap.catalog import CatalogHalf
from bodega.formats.errors import BodegaError
from bodega.index.audit.views import AuditEntry

_DEFAULT_LIMIT = 100


def list_audit(catalog: CatalogHalf, values: Mapping[str, Any], _by: str) -> dict[str, Any]:
    """Records, newest first; ``next`` continues where there may be more. What is done is in it at once."""
    # Where nothing can be written, what is recorded already can be read all the same.
    with suppress(BodegaError):
        catalog.deliver_due()
    limit = values.get("limit", _DEFAULT_LIMIT)
    entries = catalog.audit.newest(limit, action=values.get("action"), before=values.get("before"))
    return {
        "items": [_item(entry) for entry in entries],
        "next": entries[-1].id if len(entries) == limit else None,
    }


def _item(entry: AuditEntry) -> dict[str, Any]:
    record = entry.record
    return {
        "id": entry.id,
        "at": record.at.isoformat(),
        "actor": record.actor,
        "action": record.action,
        "object": record.object,
        "project": record.project,
        "details": dict(record.details),
    }
