"""The tables of indexes and of policy."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, Table, Text

from bodega.adapters.sql.schema import METADATA

_ID = BigInteger().with_variant(Integer, "sqlite")

# ``bases`` and ``upstreams`` are JSON lists in their order; ``upstreams`` is NULL where those of the bases
# (without bases: that of the index main) are read through.
INDEXES = Table(
    "indexes",
    METADATA,
    Column("name", String, primary_key=True),
    Column("bases", Text, nullable=False),
    Column("upstreams", Text),
    Column("is_private", Integer, nullable=False),
    Column("closed_after_days", Integer),
    Column("created_at", String, nullable=False),
    Column("created_by", String, nullable=False),
)

# ``index_name`` is empty for every index. ``origin``: "set" by a command, or "serve": its option.
POLICY_SETTINGS = Table(
    "policy_settings",
    METADATA,
    Column("index_name", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("origin", String, primary_key=True),
    Column("value", String, nullable=False),
    Column("at", String, nullable=False),
    Column("set_by", String, nullable=False),
)

# ``kind`` is deny, quarantine or exempt; ``version`` is empty for the whole project.
POLICY_RULES = Table(
    "policy_rules",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("index_name", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("project", String, nullable=False),
    Column("version", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("advisory", String),
    Column("at", String, nullable=False),
    Column("set_by", String, nullable=False),
    Index("policy_rules_by_subject", "index_name", "kind", "project", "version", unique=True),
)

# What pages tell of the metadata of their files, by project: a cache, made of the documents that are here.
INLINE_METADATA = Table(
    "inline_metadata",
    METADATA,
    Column("project", String, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
