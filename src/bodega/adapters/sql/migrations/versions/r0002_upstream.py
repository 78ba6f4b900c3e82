"""What was seen of upstreams, and rendered pages (expand)."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "upstreams",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("url", sa.String, nullable=False, unique=True),
    )
    op.create_table(
        "upstream_pages",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("upstream_id", _ID, sa.ForeignKey("upstreams.id"), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("seal", sa.String, nullable=False),
        sa.Column("etag", sa.String, nullable=False),
        sa.Column("last_modified", sa.String, nullable=False),
        sa.Column("checked_at", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
    )
    op.create_index("upstream_pages_by_name", "upstream_pages", ["upstream_id", "name"], unique=True)
    op.create_table(
        "upstream_files",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("upstream_id", _ID, sa.ForeignKey("upstreams.id"), nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("declared", sa.String),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.BigInteger),
        sa.Column("metadata_sha256", sa.String(64)),
        sa.Column("first_seen", sa.String, nullable=False),
    )
    names = ["upstream_id", "project", "filename"]
    op.create_index("upstream_files_by_name", "upstream_files", names, unique=True)
    op.create_index("upstream_files_by_digest", "upstream_files", ["sha256", "filename"])
    op.create_table(
        "upstream_refusals",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("upstream_id", _ID, sa.ForeignKey("upstreams.id"), nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", sa.String, nullable=False),
    )
    claims = ["upstream_id", "project", "filename", "reason"]
    op.create_index("upstream_refusals_by_claim", "upstream_refusals", claims, unique=True)
    op.create_table(
        "rendered_pages",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("view", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("coding", sa.String, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.Column("etag", sa.String, nullable=False),
        sa.Column("serial", sa.BigInteger),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    variant = ["view", "name", "form", "coding"]
    op.create_index("rendered_pages_by_variant", "rendered_pages", variant, unique=True)
