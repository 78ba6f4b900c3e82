"""The unit of work of every context: one write transaction, and the repositories on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection

from bodega.adapters.sql.accounts import SqlTokens
from bodega.adapters.sql.audit import SqlAuditRecords
from bodega.adapters.sql.catalog_repository import SqlCatalog
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.indexes import SqlIndexRecords
from bodega.adapters.sql.outbox import SqlInbox, SqlLetters, SqlOutbox
from bodega.adapters.sql.policy import SqlPolicyRecords


class SqlWork:
    """Implements the units of work of catalog, accounts, views and audit, and of delivery."""

    def __init__(self, connection: Connection) -> None:
        self.outbox = SqlOutbox(connection)
        self.inbox = SqlInbox(connection)
        self.letters = SqlLetters(connection)
        self.catalog = SqlCatalog(connection)
        self.tokens = SqlTokens(connection)
        self.audit = SqlAuditRecords(connection)
        self.indexes = SqlIndexRecords(connection)
        self.policy = SqlPolicyRecords(connection)


class BeginWork:
    """Begins a transaction: committed at the end of the block, rolled back when it raises.

    ``after_events`` is called after each commit that stored events.
    """

    def __init__(self, database: Database, after_events: Callable[[], None] | None = None) -> None:
        self._database = database
        self._after_events = after_events

    def __call__(self) -> AbstractContextManager[SqlWork]:
        """Begin."""
        return self._begin()

    @contextmanager
    def _begin(self) -> Iterator[SqlWork]:
        with self._database.writing() as connection:
            work = SqlWork(connection)
            yield work
        if work.outbox.added and self._after_events is not None:
            self._after_events()
