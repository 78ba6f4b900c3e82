"""Commands about tokens, on the data folder of an index; beside a running server or without one."""

from collections.abc import Iterator
from contextlib import contextmanager

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.bootstrap.catalog import CatalogHalf


@contextmanager
def local_catalog(data: str, database_url: str = "") -> Iterator[CatalogHalf]:
    """The writing half over a data folder, migrated; closed at the end of the block."""
    database = Database(database_url or f"sqlite:///{data}/bodega.db")
    try:
        migrate(database)
        yield CatalogHalf(database, FolderBlobStore(f"{data}/blobs"))
    finally:
        database.close()
