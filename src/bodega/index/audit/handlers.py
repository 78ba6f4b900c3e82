"""One function per event that is recorded."""

from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.ports import AuditWork
from bodega.index.catalog.events import FilePublished
from bodega.index.views.events import IndexCreated, IndexDeleted


def record_file_published(event: FilePublished, work: AuditWork) -> None:
    """A file was published."""
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action="file.publish",
            object=event.filename,
            project=event.subject,
            details={"index": event.index, "sha256": event.sha256, "version": event.version},
        )
    )


def record_index_created(event: IndexCreated, work: AuditWork) -> None:
    """An index was made."""
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action="index.create",
            object=event.subject,
            details={"bases": list(event.bases), "private": event.is_private},
        )
    )


def record_index_deleted(event: IndexDeleted, work: AuditWork) -> None:
    """An index was removed."""
    work.audit.add(AuditRecord(at=event.at, actor=event.by, action="index.delete", object=event.subject))


def record_token_created(event: TokenCreated, work: AuditWork) -> None:
    """A token was made."""
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action="token.create",
            object=event.subject,
            project=event.project,
            details={"name": event.name, "scopes": list(event.scopes), "index": event.index},
        )
    )


def record_token_revoked(event: TokenRevoked, work: AuditWork) -> None:
    """A token was made invalid."""
    record = AuditRecord(
        at=event.at, actor=event.by, action="token.revoke", object=event.subject, details={"name": event.name}
    )
    work.audit.add(record)
