"""What is recorded of each act."""

from datetime import UTC, datetime

import pytest

from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import MemoryWork
from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.audit import handlers
from bodega.index.audit.model import AuditRecord
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

AT = datetime(2026, 11, 24, tzinfo=UTC)
COMMON = {"serial": 1, "at": AT, "by": "ci"}
PUBLISHED = FilePublished(
    **COMMON,
    subject="a",
    index="main",
    version="1.0",
    filename="a-1.0.tar.gz",
    sha256="ab" * 32,
    size=3,
)
CREATED = TokenCreated(
    **COMMON, subject="t1", name="ci", scopes=("read",), index=None, project=None, expires_at=None
)


@pytest.mark.parametrize(
    ("handle", "event", "action", "what"),
    [
        (handlers.record_file_published, PUBLISHED, "file.publish", "a-1.0.tar.gz"),
        (
            handlers.record_upload_refused,
            UploadRefused(**COMMON, subject="a", index="main", filename="a.whl", codes=("E-X",)),
            "file.refuse",
            "a.whl",
        ),
        (handlers.record_token_created, CREATED, "token.create", "t1"),
        (
            handlers.record_token_revoked,
            TokenRevoked(**COMMON, subject="t1", name="ci"),
            "token.revoke",
            "t1",
        ),
        (
            handlers.record_index_created,
            IndexCreated(**COMMON, subject="dev", bases=("main",), is_private=True),
            "index.create",
            "dev",
        ),
        (handlers.record_index_deleted, IndexDeleted(**COMMON, subject="dev"), "index.delete", "dev"),
    ],
)
def test_each_act_is_recorded_by_whom_when_and_on_what(handle, event, action, what):
    state = MemoryState()
    handle(event, MemoryWork(state))
    (record,) = state.audit
    assert (record.action, record.object, record.actor, record.at) == (action, what, "ci", AT)


WHERE = {"subject": "sample", "serial": 3, "at": AT, "index": "main", "by": "me"}
RELEASE = {**WHERE, "version": "1.0", "files": ("a.whl", "b.whl")}


def recorded(handler, event) -> AuditRecord:
    state = MemoryState()
    handler(event, MemoryWork(state))
    (record,) = state.audit
    assert (record.at, record.actor, record.project) == (AT, "me", "sample")
    assert record.details["index"] == "main"
    return record


def test_acts_on_releases_name_project_and_version() -> None:
    for handler, event, action, more in (
        (
            handlers.record_release_yanked,
            ReleaseYanked(**RELEASE, reason="x"),
            "release.yank",
            {"reason": "x"},
        ),
        (handlers.record_release_unyanked, ReleaseUnyanked(**RELEASE), "release.unyank", {}),
        (
            handlers.record_release_deleted,
            ReleaseDeleted(**RELEASE, reason="y"),
            "release.delete",
            {"reason": "y"},
        ),
        (
            handlers.record_release_promoted,
            ReleasePromoted(**RELEASE, to="prod"),
            "release.promote",
            {"to": "prod"},
        ),
    ):
        record = recorded(handler, event)
        assert (record.action, record.object) == (action, "sample 1.0")
        assert record.details == {"index": "main", "version": "1.0", "files": ["a.whl", "b.whl"], **more}


def test_acts_on_projects_name_the_project() -> None:
    status = ProjectStatusSet(**WHERE, status="archived", reason="moved")
    record = recorded(handlers.record_project_status_set, status)
    assert (record.action, record.object) == ("project.status", "sample")
    assert record.details == {"index": "main", "status": "archived", "reason": "moved"}
    record = recorded(handlers.record_upstream_granted, UpstreamGranted(**WHERE))
    assert (record.action, record.object, record.details["grant"]) == ("project.grant", "sample", "upstream")
