"""The tables that queries are written against are those that the migrations make."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

# Each module puts its tables into the one METADATA.
from bodega.adapters.sql import upstream_tables, view_tables
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.schema import METADATA


def test_a_migrated_database_has_exactly_the_tables(tmp_path: Path) -> None:
    assert {upstream_tables.UPSTREAM_FILES, view_tables.INDEXES} <= set(METADATA.tables.values())
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    database.close()
