"""The operations of the management API: one table for routes, validation, documentation and clients."""

from collections.abc import Mapping

from bodega.protocol.fields import Field
from bodega.protocol.operation import Operation
from bodega.protocol.policy_operations import POLICY

_REASON = Field(name="reason", kind="text", words="told to readers of the project's page", optional=True)
_FILE = Field(name="file", kind="text", words="this file of the release alone", optional=True)
_PROJECT = "/indexes/{index}/projects/{project}"
_RELEASE = f"{_PROJECT}/releases/{{version}}"

_PROJECTS = (
    Operation(
        name="show_project",
        method="GET",
        path=_PROJECT,
        scope="manage",
        summary="Show a project of the index's own, with its releases and files.",
        answer="Project",
    ),
    Operation(
        name="set_project_status",
        method="PUT",
        path=f"{_PROJECT}/status",
        scope="manage",
        summary="Give a project a status (PEP 792): quarantined hides its files, archived takes no new ones.",
        answer="Project",
        body=(
            Field(
                name="status",
                kind="text",
                words="the status",
                choices=("active", "archived", "deprecated", "quarantined"),
            ),
            _REASON,
        ),
    ),
    Operation(
        name="grant_upstream",
        method="PUT",
        path=f"{_PROJECT}/grants/upstream",
        scope="manage",
        summary="Let the upstream's namesake of a project stand beside it, file by file.",
        answer="Project",
    ),
    Operation(
        name="yank_release",
        method="POST",
        path=f"{_RELEASE}/yank",
        scope="manage",
        summary="Yank a release (PEP 592): installers choose it by an exact pin alone.",
        answer="ReleaseChange",
        body=(_REASON, _FILE),
    ),
    Operation(
        name="unyank_release",
        method="POST",
        path=f"{_RELEASE}/unyank",
        scope="manage",
        summary="Take a yank back.",
        answer="ReleaseChange",
        body=(_FILE,),
    ),
    Operation(
        name="promote_release",
        method="POST",
        path=f"{_RELEASE}/promote",
        scope="manage",
        summary="Publish all files of a release in another index too: the same bytes.",
        answer="ReleaseChange",
        body=(Field(name="to", kind="text", words="the other index"),),
        also="to",
    ),
    Operation(
        name="delete_release",
        method="DELETE",
        path=_RELEASE,
        scope="manage",
        summary="Delete a release for good; its file names stay used for ever.",
        answer="ReleaseChange",
        query=(_REASON, _FILE),
    ),
)

_UPSTREAMS = (
    Operation(
        name="refresh_project",
        method="POST",
        path=f"{_PROJECT}/refresh",
        scope="manage",
        summary="Ask the upstreams of an index for a project now.",
        answer="Refreshed",
    ),
)

_TOKENS = (
    Operation(
        name="list_tokens",
        method="GET",
        path="/tokens",
        scope="admin",
        summary="List all tokens, without their secrets.",
        answer="Tokens",
    ),
    Operation(
        name="create_token",
        method="POST",
        path="/tokens",
        scope="admin",
        summary="Make a token; its text is told this once.",
        answer="NewToken",
        status=201,
        body=(
            Field(name="name", kind="text", words="what it is for"),
            Field(name="scopes", kind="texts", words="read, upload, manage, admin"),
            Field(name="index", kind="text", words="for this index only", optional=True, nullable=True),
            Field(name="project", kind="text", words="for this project only", optional=True, nullable=True),
            Field(name="expires", kind="text", words="lifetime: 90d, 12h, 30m; else 90d", optional=True),
        ),
    ),
    Operation(
        name="revoke_token",
        method="DELETE",
        path="/tokens/{id}",
        scope="admin",
        summary="Make a token invalid, from now on and in every process.",
        answer="RevokedToken",
    ),
)

_INDEXES = (
    Operation(
        name="list_indexes",
        method="GET",
        path="/indexes",
        scope="admin",
        summary="List the indexes, main first.",
        answer="Indexes",
    ),
    Operation(
        name="create_index",
        method="POST",
        path="/indexes",
        scope="admin",
        summary="Make an index.",
        answer="Index",
        status=201,
        body=(
            Field(name="name", kind="text", words="small letters, digits and dashes"),
            Field(name="bases", kind="texts", words="indexes whose projects it shows too", optional=True),
            Field(
                name="upstreams",
                kind="texts",
                words="roots to read through; none at all where empty, those of the bases where null",
                optional=True,
                nullable=True,
            ),
            Field(name="private", kind="flag", words="for tokens with the scope read only", optional=True),
            Field(
                name="closed_after_days",
                kind="number",
                words="age from which a release takes no new files; never where null; else 14",
                least=1,
                optional=True,
                nullable=True,
            ),
        ),
    ),
    Operation(
        name="show_index",
        method="GET",
        path="/indexes/{index}",
        scope="admin",
        summary="Show an index.",
        answer="Index",
    ),
    Operation(
        name="delete_index",
        method="DELETE",
        path="/indexes/{index}",
        scope="admin",
        summary="Delete an index that has no projects of its own.",
        answer="DeletedIndex",
    ),
)

_AUDIT = (
    Operation(
        name="list_audit",
        method="GET",
        path="/audit",
        scope="admin",
        summary="Who did what, when: newest first.",
        answer="AuditRecords",
        query=(
            Field(name="limit", kind="number", words="at most so many", least=1, most=1000, optional=True),
            Field(name="action", kind="text", words="this action only", optional=True, longest=100),
            Field(
                name="before",
                kind="number",
                words="older than the record of that id: the next of the answer before",
                least=1,
                most=2**63 - 1,
                optional=True,
            ),
        ),
    ),
)

OPERATIONS: tuple[Operation, ...] = (*_PROJECTS, *_UPSTREAMS, *_TOKENS, *_INDEXES, *POLICY, *_AUDIT)
BY_NAME: Mapping[str, Operation] = {operation.name: operation for operation in OPERATIONS}
