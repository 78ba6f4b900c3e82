"""The shapes of the management API's answers, which are those of the commands' ``--json``, too."""

from collections.abc import Mapping

from bodega.protocol.fields import Field

_TOKEN = (
    Field(name="id", kind="text", words="the token's id"),
    Field(name="name", kind="text", words="what it is for"),
    Field(name="scopes", kind="texts", words="what it may do"),
    Field(name="index", kind="text", words="the index that it is for", nullable=True),
    Field(name="project", kind="text", words="the project that it is for", nullable=True),
    Field(name="created", kind="time", words="when it was made"),
    Field(name="expires", kind="time", words="until when it is valid", nullable=True),
    Field(name="revoked", kind="time", words="when it was revoked", nullable=True),
)
_INDEX = (
    Field(name="name", kind="text", words="the index's name"),
    Field(name="bases", kind="texts", words="indexes whose projects it shows too"),
    Field(name="upstreams", kind="texts", words="roots read through; null: those of bases", nullable=True),
    Field(name="private", kind="flag", words="whether readers need a token"),
    Field(name="closed_after_days", kind="number", words="null: releases are never closed", nullable=True),
)
_WHERE = Field(name="index", kind="text", words="the index it is for; null: every one", nullable=True)
_ORDERED = (
    Field(name="at", kind="time", words="when it was ordered"),
    Field(name="by", kind="text", words="by whom"),
)
_POLICY = (
    Field(name="settings", kind="objects", words="settings", of="PolicySetting"),
    Field(name="rules", kind="objects", words="rules", of="PolicyRule"),
)
_JUDGED = (
    Field(name="project", kind="text", words="the project's normalized name"),
    Field(name="filename", kind="text", words="the file's name"),
    Field(name="version", kind="text", words="the version that its name tells", nullable=True),
    Field(name="allowed", kind="flag", words="whether readers may have it"),
    Field(name="reason", kind="text", words="why not", nullable=True),
    Field(name="code", kind="text", words="the stable code of the reason", nullable=True),
    Field(name="rule", kind="text", words="the rule that hides it", nullable=True),
    Field(name="until", kind="time", words="until when, where that is known", nullable=True),
)

ANSWERS: Mapping[str, tuple[Field, ...]] = {
    "ReleaseChange": (
        Field(name="index", kind="text", words="the index that was changed"),
        Field(name="project", kind="text", words="the project's normalized name"),
        Field(name="version", kind="text", words="the version as its owner wrote it"),
        Field(name="files", kind="texts", words="the files that were changed; none if it was so before"),
        Field(name="serial", kind="number", words="the project's serial after the act"),
    ),
    "Project": (
        Field(name="name", kind="text", words="the normalized name"),
        Field(name="display_name", kind="text", words="the name as its owner typed it"),
        Field(name="index", kind="text", words="the index that it is of"),
        Field(name="status", kind="text", words="active, archived, deprecated or quarantined"),
        Field(name="reason", kind="text", words="why it has that status", nullable=True),
        Field(name="mixes_upstream", kind="flag", words="whether its upstream's namesake is beside it"),
        Field(name="serial", kind="number", words="the serial of its last change"),
        Field(name="created", kind="time", words="when its name was claimed"),
        Field(name="created_by", kind="text", words="by whom"),
        Field(name="releases", kind="objects", words="its releases, oldest first", of="Release"),
    ),
    "Release": (
        Field(name="version", kind="text", words="the version as its owner wrote it"),
        Field(name="yanked", kind="flag", words="whether all of its files are yanked"),
        Field(name="files", kind="objects", words="its files, oldest first", of="ReleaseFile"),
    ),
    "ReleaseFile": (
        Field(name="filename", kind="text", words="the file's name"),
        Field(name="sha256", kind="text", words="its digest, in hexadecimal"),
        Field(name="size", kind="number", words="its length in bytes"),
        Field(name="uploaded", kind="time", words="when it was published"),
        Field(name="yanked", kind="flag", words="whether it is yanked"),
        Field(name="reason", kind="text", words="why it is yanked", nullable=True),
    ),
    "Refreshed": (
        Field(name="version", kind="number", words="of this form"),
        Field(name="project", kind="text", words="the project's normalized name"),
        Field(name="index", kind="text", words="the index"),
        Field(name="upstreams", kind="objects", words="what each said, in order", of="RefreshedUpstream"),
    ),
    "RefreshedUpstream": (
        Field(name="upstream", kind="text", words="its root, without credentials"),
        Field(name="known", kind="flag", words="whether it has the project"),
        Field(name="files", kind="number", words="how many files it has of it"),
        Field(name="new", kind="texts", words="those that were not listed before"),
    ),
    "Token": _TOKEN,
    "NewToken": (Field(name="token", kind="text", words="the token's text, told this once"), *_TOKEN),
    "RevokedToken": (
        *_TOKEN[:2],
        Field(name="revoked", kind="flag", words="true"),
    ),
    "Tokens": (Field(name="tokens", kind="objects", words="oldest first", of="Token"),),
    "Index": _INDEX,
    "DeletedIndex": (_INDEX[0], Field(name="deleted", kind="flag", words="true")),
    "Indexes": (Field(name="indexes", kind="objects", words="main first", of="Index"),),
    "PolicySetting": (
        _WHERE,
        Field(name="key", kind="text", words="cooldown"),
        Field(name="value", kind="text", words="how long, such as 7d"),
        Field(name="origin", kind="text", words="set, or serve for the option of the server"),
        *_ORDERED,
    ),
    "PolicyRule": (
        _WHERE,
        Field(name="kind", kind="text", words="deny, quarantine or exempt"),
        Field(name="project", kind="text", words="the project's normalized name"),
        Field(name="version", kind="text", words="null: all of the project", nullable=True),
        Field(name="reason", kind="text", words="what readers are told"),
        Field(name="advisory", kind="text", words="what an exempt version fixes", nullable=True),
        *_ORDERED,
    ),
    "Policy": _POLICY,
    "PolicyInForce": (
        Field(name="index", kind="text", words="the index"),
        Field(name="cooldown", kind="text", words="0: none"),
        *_POLICY,
    ),
    "PolicyCheck": (
        Field(name="index", kind="text", words="the index"),
        Field(name="project", kind="text", words="the project's normalized name"),
        Field(name="files", kind="objects", words="its files", of="JudgedFile"),
    ),
    "PolicyPreview": (
        Field(name="dry_run", kind="flag", words="true"),
        Field(name="files", kind="objects", words="what would vanish", of="VanishingFile"),
    ),
    "JudgedFile": _JUDGED,
    "VanishingFile": (Field(name="index", kind="text", words="the index"), *_JUDGED),
    "AuditRecords": (
        Field(name="items", kind="objects", words="newest first", of="AuditRecord"),
        Field(name="next", kind="number", words="give it as before for older ones", nullable=True),
    ),
    "AuditRecord": (
        Field(name="id", kind="number", words="counts up"),
        Field(name="at", kind="time", words="when it was done"),
        Field(name="actor", kind="text", words="the name of the token, or local: and a user's name"),
        Field(name="action", kind="text", words="what was done, such as file.publish"),
        Field(name="object", kind="text", words="to what"),
        Field(name="project", kind="text", words="the project that it belongs to", nullable=True),
        Field(name="details", kind="any", words="the rest, by action"),
    ),
    "Problem": (
        Field(name="type", kind="text", words="about:blank", optional=True),
        Field(name="title", kind="text", words="the status in words"),
        Field(name="status", kind="number", words="the HTTP status"),
        Field(name="detail", kind="text", words="what happened"),
        Field(name="code", kind="text", words="the stable code of the reason"),
        Field(name="why", kind="text", words="the deciding facts", optional=True),
        Field(name="faults", kind="objects", words="each fault of what was sent", optional=True, of="Fault"),
        Field(name="request_id", kind="text", words="as in X-Request-Id and in the log", optional=True),
    ),
    "Fault": (
        Field(name="code", kind="text", words="the stable code of the fault"),
        Field(name="detail", kind="text", words="what is wrong"),
        Field(name="why", kind="text", words="the deciding facts", optional=True, nullable=True),
    ),
}
