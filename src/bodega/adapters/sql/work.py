"""The unit of work of every context: one write transaction, and the repositories on it."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

from bodega.adapters.sql.accounts import SqlTokens
from bodega.adapters.sql.audit import SqlAuditRecords
from bodega.adapters.sql.catalog_repository import SqlCatalog
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.outbox import SqlInbox, SqlLetters, SqlOutbox


class SqlWork:
    """Implements the units of work of catalog, accounts and audit, and of delivery."""

    def __init__(self, connection: Connection) -> None:
        self.outbox = SqlOutbox(connection)
        self.inbox = SqlInbox(connection)
        self.letters = SqlLetters(connection)
        self.catalog = SqlCatalog(connection)
        self.tokens = SqlTokens(connection)
        self.audit = SqlAuditRecords(connection)


class BeginWork:
    """Begins a transaction: committed at the end of the block, rolled back when it raises."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self) -> AbstractContextManager[SqlWork]:
        """Begin."""
        return _begin(self._database)


@contextmanager
def _begin(database: Database) -> Iterator[SqlWork]:
    with database.writing() as connection:
        yield SqlWork(connection)
