"""The tables of what was seen of upstreams, and of rendered pages."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bodega.adapters.sql.schema import METADATA

_ID = BigInteger().with_variant(Integer, "sqlite")

UPSTREAMS = Table(
    "upstreams",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("url", String, nullable=False, unique=True),
)

# Bytes stand last in a row, and names in an index of their own: a look-up by name never walks through them.
UPSTREAM_PAGES = Table(
    "upstream_pages",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("upstream_id", _ID, ForeignKey("upstreams.id"), nullable=False),
    Column("name", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("seal", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("last_modified", String, nullable=False),
    Column("checked_at", String, nullable=False),
    Column("serial", BigInteger),
    # The value of the counter "seen" at which the page last came into the list, went, or changed in it.
    Column("list_mark", BigInteger, nullable=False, server_default="0"),
    # 0: the upstream has it no more. The row stays, so that others hear of it.
    Column("is_listed", Integer, nullable=False, server_default="1"),
    Column("document", LargeBinary, nullable=False),
    Index("upstream_pages_by_name", "upstream_id", "name", unique=True),
    Index("upstream_pages_by_mark", "upstream_id", "list_mark"),
)

UPSTREAM_FILES = Table(
    "upstream_files",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("upstream_id", _ID, ForeignKey("upstreams.id"), nullable=False),
    Column("project", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("url", Text, nullable=False),
    Column("declared", String),
    Column("sha256", String(64)),
    Column("size", BigInteger),
    Column("metadata_sha256", String(64)),
    Column("first_seen", String, nullable=False),
    Column("upload_time", String),
    Column("requires_python", String),
    # From when a cooldown counts: see ``index.upstream.first_seen``.
    Column("available_at", String),
    Column("seen_serial", BigInteger),
    # As it was when first seen; later changes stand in ``upstream_changes``.
    Column("yanked", Text),
    Column("last_used", String),
    Index("upstream_files_by_name", "upstream_id", "project", "filename", unique=True),
    Index("upstream_files_by_digest", "sha256", "filename"),
    Index("upstream_files_by_metadata", "metadata_sha256"),
)

# What changed of files that were seen before, and at which serial: gone, back, yanked, no longer yanked.
UPSTREAM_CHANGES = Table(
    "upstream_changes",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("upstream_id", _ID, ForeignKey("upstreams.id"), nullable=False),
    Column("project", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("at", String, nullable=False),
    Column("is_listed", Integer, nullable=False),
    Column("yanked", Text),
    Index("upstream_changes_by_file", "upstream_id", "project", "filename", "serial"),
)

UPSTREAM_REFUSALS = Table(
    "upstream_refusals",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("upstream_id", _ID, ForeignKey("upstreams.id"), nullable=False),
    Column("project", String, nullable=False),
    Column("filename", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False),
    Index("upstream_refusals_by_claim", "upstream_id", "project", "filename", "reason", unique=True),
)

RENDERED_PAGES = Table(
    "rendered_pages",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("view", String, nullable=False),
    Column("name", String, nullable=False),
    Column("form", String, nullable=False),
    Column("coding", String, nullable=False),
    Column("fingerprint", String, nullable=False),
    Column("etag", String, nullable=False),
    Column("serial", BigInteger),
    # Seconds since the epoch at which a verdict on one of its files changes.
    Column("valid_until", Float),
    Column("body", LargeBinary, nullable=False),
    Index("rendered_pages_by_variant", "view", "name", "form", "coding", unique=True),
)

# Project lists, each up to the changes that it says, and its frames: a cache.
LISTS = Table(
    "lists",
    METADATA,
    Column("view", String, primary_key=True),
    Column("form", String, primary_key=True),
    Column("made_of", Text, nullable=False),
    Column("serial", BigInteger, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("rules", Text, nullable=False),
)

LIST_FRAMES = Table(
    "list_frames",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("view", String, nullable=False),
    Column("form", String, nullable=False),
    Column("low", String, nullable=False),
    Column("names", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("crc", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("zstd", LargeBinary, nullable=False),
    Index("list_frames_by_low", "view", "form", "low", unique=True),
)
