"""Several indexes, policy, the life of a release, and when each file was first seen (expand)."""

import sqlalchemy as sa
from alembic import op
from packaging.utils import canonicalize_version

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _indexes_and_policy()
    _life_of_a_release()
    _first_sight()
    _lists()
    _canonical_versions()


def _indexes_and_policy() -> None:
    op.create_table(
        "indexes",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("bases", sa.Text, nullable=False),
        sa.Column("upstreams", sa.Text),
        sa.Column("is_private", sa.Integer, nullable=False),
        sa.Column("closed_after_days", sa.Integer),
        sa.Column("created_at", sa.String, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
    )
    op.create_table(
        "policy_settings",
        sa.Column("index_name", sa.String, primary_key=True),
        sa.Column("key", sa.String, primary_key=True),
        sa.Column("origin", sa.String, primary_key=True),
        sa.Column("value", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
    )
    op.create_table(
        "policy_rules",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("index_name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("version", sa.String, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("advisory", sa.String),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("set_by", sa.String, nullable=False),
    )
    subject = ["index_name", "kind", "project", "version"]
    op.create_index("policy_rules_by_subject", "policy_rules", subject, unique=True)
    op.execute("INSERT INTO counters (name, value) VALUES ('epoch', 0)")
    op.add_column("rendered_pages", sa.Column("valid_until", sa.Float))


def _life_of_a_release() -> None:
    op.add_column("projects", sa.Column("mixes_upstream", sa.Integer, nullable=False, server_default="0"))
    op.add_column("files", sa.Column("deleted_serial", sa.BigInteger))
    op.add_column("files", sa.Column("deleted_at", sa.String))
    op.add_column("files", sa.Column("md5", sa.String(32)))
    op.add_column("files", sa.Column("blake2_256", sa.String(64)))
    op.add_column("files", sa.Column("provenance_sha256", sa.String(64)))
    op.create_table(
        "yanks",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("file_id", _ID, sa.ForeignKey("files.id"), nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("yanked", sa.Text),
    )
    op.create_index("files_by_metadata", "files", ["metadata_sha256"])
    op.create_index("files_by_provenance", "files", ["provenance_sha256"])
    op.create_index("upstream_files_by_metadata", "upstream_files", ["metadata_sha256"])
    op.create_index("yanks_by_file", "yanks", ["file_id", "serial"])


def _first_sight() -> None:
    for column in (
        sa.Column("upload_time", sa.String),
        sa.Column("requires_python", sa.String),
        sa.Column("available_at", sa.String),
        sa.Column("seen_serial", sa.BigInteger),
        sa.Column("yanked", sa.Text),
        sa.Column("last_used", sa.String),
    ):
        op.add_column("upstream_files", column)
    op.create_table(
        "serial_days",
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("first_serial", sa.BigInteger, nullable=False),
    )
    op.add_column("upstream_pages", sa.Column("serial", sa.BigInteger))
    op.create_table(
        "upstream_changes",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("upstream_id", _ID, sa.ForeignKey("upstreams.id"), nullable=False),
        sa.Column("project", sa.String, nullable=False),
        sa.Column("filename", sa.String, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("is_listed", sa.Integer, nullable=False),
        sa.Column("yanked", sa.Text),
    )
    op.create_index(
        "upstream_changes_by_file", "upstream_changes", ["upstream_id", "project", "filename", "serial"]
    )


def _lists() -> None:
    op.execute("INSERT INTO counters (name, value) VALUES ('seen', 0)")
    counted = sa.Column("list_mark", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("upstream_pages", counted)
    listed = sa.Column("is_listed", sa.Integer, nullable=False, server_default="1")
    op.add_column("upstream_pages", listed)
    op.create_index("upstream_pages_by_mark", "upstream_pages", ["upstream_id", "list_mark"])
    op.create_index("projects_by_serial", "projects", ["index_name", "serial"])
    mixing = sa.text("mixes_upstream = 1")
    op.create_index(
        "projects_mixing", "projects", ["index_name", "name"], sqlite_where=mixing, postgresql_where=mixing
    )
    op.create_index("files_by_project", "files", ["project_id", "id"])
    op.create_table(
        "lists",
        sa.Column("view", sa.String, primary_key=True),
        sa.Column("form", sa.String, primary_key=True),
        sa.Column("made_of", sa.Text, nullable=False),
        sa.Column("serial", sa.BigInteger, nullable=False),
        sa.Column("seen", sa.BigInteger, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
    )
    op.create_table(
        "list_frames",
        sa.Column("id", _ID, primary_key=True),
        sa.Column("view", sa.String, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("low", sa.String, nullable=False),
        sa.Column("names", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("crc", sa.BigInteger, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("zstd", sa.LargeBinary, nullable=False),
    )
    op.create_index("list_frames_by_low", "list_frames", ["view", "form", "low"], unique=True)


def _canonical_versions() -> None:
    column = sa.Column("canonical", sa.String, nullable=False, server_default="")
    op.add_column("releases", column)
    op.create_index("releases_by_canonical", "releases", ["project_id", "canonical"])
    releases = sa.table("releases", sa.column("id"), sa.column("version"), sa.column("canonical"))
    connection = op.get_bind()
    for number, version in connection.execute(sa.select(releases.c.id, releases.c.version)).all():
        spelled = {"canonical": canonicalize_version(version)}
        connection.execute(sa.update(releases).where(releases.c.id == number).values(spelled))
