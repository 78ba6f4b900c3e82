"""One function per event that is recorded."""

from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit.model import AuditRecord
from bodega.index.audit.ports import AuditWork
from bodega.index.catalog.events import (
    FilePublished,
    ProjectStatusSet,
    ReleaseDeleted,
    ReleasePromoted,
    ReleaseUnyanked,
    ReleaseYanked,
    UploadRefused,
    UpstreamGranted,
)
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


def record_upload_refused(event: UploadRefused, work: AuditWork) -> None:
    """An upload was refused."""
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action="file.refuse",
            object=event.filename,
            project=event.subject or None,
            details={"index": event.index, "codes": list(event.codes)},
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


def record_release_yanked(event: ReleaseYanked, work: AuditWork) -> None:
    """Files of a release were yanked."""
    _record_release("release.yank", event, work, reason=event.reason)


def record_release_unyanked(event: ReleaseUnyanked, work: AuditWork) -> None:
    """Files of a release are yanked no more."""
    _record_release("release.unyank", event, work)


def record_release_deleted(event: ReleaseDeleted, work: AuditWork) -> None:
    """Files of a release were deleted."""
    _record_release("release.delete", event, work, reason=event.reason)


def record_release_promoted(event: ReleasePromoted, work: AuditWork) -> None:
    """Files of a release became part of another index."""
    _record_release("release.promote", event, work, to=event.to)


def record_project_status_set(event: ProjectStatusSet, work: AuditWork) -> None:
    """A project got another status."""
    _record_project("project.status", event, work, status=event.status, reason=event.reason)


def record_upstream_granted(event: UpstreamGranted, work: AuditWork) -> None:
    """A project may stand beside its namesake of an upstream."""
    _record_project("project.grant", event, work, grant="upstream")


def _record_release(
    action: str,
    event: ReleaseYanked | ReleaseUnyanked | ReleaseDeleted | ReleasePromoted,
    work: AuditWork,
    **details: object,
) -> None:
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action=action,
            object=f"{event.subject} {event.version}",
            project=event.subject,
            details={"index": event.index, "version": event.version, "files": list(event.files), **details},
        )
    )


def _record_project(
    action: str, event: ProjectStatusSet | UpstreamGranted, work: AuditWork, **details: object
) -> None:
    work.audit.add(
        AuditRecord(
            at=event.at,
            actor=event.by,
            action=action,
            object=event.subject,
            project=event.subject,
            details={"index": event.index, **details},
        )
    )
