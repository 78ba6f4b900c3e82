"""The tables of catalogue, accounts, messages and audit; a change of them is a revision in ``migrations``."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

#: The newest revision in ``migrations/versions`` (a test compares).
HEAD = "0004"

METADATA = MetaData()
# SQLite grows an INTEGER PRIMARY KEY by itself; PostgreSQL wants room for more than 2^31.
_ID = BigInteger().with_variant(Integer, "sqlite")

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
)

# The first serial of each day (UTC) that had changes: what an index was at a date is found by serial.
SERIAL_DAYS = Table(
    "serial_days",
    METADATA,
    Column("day", String(10), primary_key=True),
    Column("first_serial", BigInteger, nullable=False),
)

PROJECTS = Table(
    "projects",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("index_name", String, nullable=False),
    Column("name", String, nullable=False),
    Column("typed_name", String, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("status", String, nullable=False),
    Column("status_reason", Text),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
    # Whether the project may be mixed with its namesake of an upstream: an explicit grant.
    Column("mixes_upstream", Integer, nullable=False, server_default="0"),
    UniqueConstraint("index_name", "name", name="projects_by_name"),
    Index("projects_by_serial", "index_name", "serial"),
)
# Few projects do.
Index(
    "projects_mixing",
    PROJECTS.c.index_name,
    PROJECTS.c.name,
    sqlite_where=PROJECTS.c.mixes_upstream == 1,
    postgresql_where=PROJECTS.c.mixes_upstream == 1,
)

RELEASES = Table(
    "releases",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("project_id", _ID, ForeignKey("projects.id"), nullable=False),
    Column("version", String, nullable=False),
    Column("created_at", String, nullable=False),
    # The one spelling of all versions that are equal to it (PEP 440).
    Column("canonical", String, nullable=False, server_default=""),
    UniqueConstraint("project_id", "version", name="releases_by_version"),
    Index("releases_by_canonical", "project_id", "canonical"),
)

# Times are ISO 8601, UTC, microseconds: text that sorts, the same on every engine.
FILES = Table(
    "files",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("release_id", _ID, ForeignKey("releases.id"), nullable=False),
    Column("project_id", _ID, ForeignKey("projects.id"), nullable=False),
    Column("filename", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("upload_time", String, nullable=False),
    Column("requires_python", String),
    Column("metadata_sha256", String(64)),
    Column("yanked", Text),
    Column("serial", BigInteger, nullable=False),
    Column("uploaded_by", String, nullable=False),
    # A deleted file stays as a row: what an index was at an earlier serial can still be told.
    Column("deleted_serial", BigInteger),
    Column("deleted_at", String),
    Column("md5", String(32)),
    Column("blake2_256", String(64)),
    Column("provenance_sha256", String(64)),
    UniqueConstraint("project_id", "filename", name="files_by_filename"),
    # The files of a page, in their order.
    Index("files_by_project", "project_id", "id"),
    Index("files_by_release", "release_id"),
    Index("files_by_digest", "sha256"),
    Index("files_by_metadata", "metadata_sha256"),
    Index("files_by_provenance", "provenance_sha256"),
)

# How the mark of a file changed, and at which serial; before the first change it was not yanked.
YANKS = Table(
    "yanks",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("file_id", _ID, ForeignKey("files.id"), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("at", String, nullable=False),
    Column("yanked", Text),
    Index("yanks_by_file", "file_id", "serial"),
)

# Every file name ever used: kept when the file goes, so that no name ever means other bytes.
FILENAMES = Table(
    "filenames",
    METADATA,
    Column("index_name", String, primary_key=True),
    Column("identity", String, primary_key=True),
    Column("filename", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("at", String, nullable=False),
)

TOKENS = Table(
    "tokens",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("salt", String, nullable=False),
    Column("secret_hash", String, nullable=False),
    Column("scopes", String, nullable=False),
    Column("index_name", String),
    Column("project", String),
    Column("created_at", String, nullable=False),
    Column("expires_at", String),
    Column("revoked_at", String),
)

OUTBOX = Table(
    "outbox",
    METADATA,
    Column("seq", _ID, primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("type", String, nullable=False),
    Column("payload", Text, nullable=False),
    Column("attempt_at", String, nullable=False),
    Column("done_at", String),
    sqlite_autoincrement=True,
)
Index(
    "outbox_pending",
    OUTBOX.c.seq,
    sqlite_where=OUTBOX.c.done_at.is_(None),
    postgresql_where=OUTBOX.c.done_at.is_(None),
)

INBOX = Table(
    "inbox",
    METADATA,
    Column("consumer", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("handled_at", String, nullable=False),
)

DELIVERY_FAILURES = Table(
    "delivery_failures",
    METADATA,
    Column("consumer", String, primary_key=True),
    Column("event_id", String, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("error", Text, nullable=False),
    Column("failed_at", String, nullable=False),
    Column("dead_at", String),
)

AUDIT = Table(
    "audit",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("at", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("project", String),
    Column("details", Text, nullable=False),
    Index("audit_by_action", "action", "id"),
    sqlite_autoincrement=True,
)
