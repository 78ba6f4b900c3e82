"""Catalogue, accounts, messages, audit (expand)."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    counters = op.create_table(
        "counters",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(counters, [{"name": "serial", "value": 0}])
    _catalog()
    _accounts()
    _messages()
    _audit()


def _catalog() -> None:
    op.create_table(
        "projects",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("index_name", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("typed_name", sa.String, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("status_reason", sa.Text),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
        sa.UniqueConstraint("index_name", "name", name="projects_by_name"),
    )
    op.create_table(
        "releases",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("project_id", _ID, sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("created_at", sa.String, nullable=False),
        sa.UniqueConstraint("project_id", "version", name="releases_by_version"),
    )
    op.create_table(
        "files",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("release_id", _ID, sa.ForeignKey("releases.id"), nullable=False),
        sa.Column("project_id", _ID, sa.ForeignKey("projects.id"), nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("upload_time", sa.String, nullable=False),
        sa.Column("requires_python", sa.String),
        sa.Column("metadata_sha256", sa.String(64)),
        sa.Column("yanked", sa.Text),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("uploaded_by", sa.String, nullable=False),
        sa.UniqueConstraint("project_id", "filename", name="files_by_filename"),
    )
    op.create_index("files_by_release", "files", ["release_id"])
    op.create_index("files_by_digest", "files", ["sha256"])
    op.create_table(
        "filenames",
        sa.Column("index_name", sa.String, primary_key=True),
        sa.Column("identity", sa.String, primary_key=True),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )


def _accounts() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("salt", sa.String, nullable=False),
        sa.Column("secret_hash", sa.String, nullable=False),
        sa.Column("scopes", sa.String, nullable=False),
        sa.Column("index_name", sa.String),
        sa.Column("project", sa.String),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("expires_at", sa.String),
        sa.Column("revoked_at", sa.String),
    )


def _messages() -> None:
    op.create_table(
        "outbox",
        sa.Column("seq", _ID, primary_key=True),
        sa.Column("event_id", sa.String, nullable=False, unique=True),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("payload", sa.Text, nullable=False),
        sa.Column("attempt_at", sa.String, nullable=False),
        sa.Column("done_at", sa.String),
        sqlite_autoincrement=True,
    )
    pending = sa.text("done_at IS NULL")
    op.create_index("outbox_pending", "outbox", ["seq"], sqlite_where=pending, postgresql_where=pending)
    op.create_table(
        "inbox",
        sa.Column("consumer", sa.String, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("handled_at", sa.String, nullable=False),
    )
    op.create_table(
        "delivery_failures",
        sa.Column("consumer", sa.String, primary_key=True),
        sa.Column("event_id", sa.String, primary_key=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("failed_at", sa.String, nullable=False),
        sa.Column("dead_at", sa.String),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("object", sa.String, nullable=False),
        sa.Column("project", sa.String),
        sa.Column("details", sa.Text, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("audit_by_action", "audit", ["action", "id"])
