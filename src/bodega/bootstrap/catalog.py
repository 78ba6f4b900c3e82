"""Wiring of the writing half: catalogue, tokens, uploads, and the delivery of events."""

import os
from collections.abc import Callable, Mapping
from functools import partial

from bodega.adapters.broker.in_process import InProcessDelivery
from bodega.adapters.sql.accounts import SqlTokenViews
from bodega.adapters.sql.audit import SqlAuditViews
from bodega.adapters.sql.catalog_views import SqlCatalogViews
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.indexes import SqlIndexViews
from bodega.adapters.sql.outbox import SqlWaitingLetters
from bodega.adapters.sql.work import BeginWork, SqlWork
from bodega.bootstrap.policy import PolicyHalf
from bodega.bootstrap.releases import ReleaseActs
from bodega.bootstrap.subscriptions import SUBSCRIPTIONS
from bodega.content.blob_store import BlobStore
from bodega.formats.names import NormalizedName
from bodega.index.accounts import commands as accounts_commands
from bodega.index.accounts import handlers as accounts_handlers
from bodega.index.accounts.model import Token, TokenText
from bodega.index.accounts.views import authenticate
from bodega.index.catalog.accept import Acceptance
from bodega.index.catalog.imports import Importing
from bodega.index.catalog.upload_rules import UploadRules
from bodega.index.catalog.uploads import STRICT
from bodega.index.views import commands as views_commands
from bodega.index.views import handlers as views_handlers
from bodega.index.views.lineage import lineage
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.messaging.clock import Clock, system_clock
from bodega.messaging.delivery import Deliverer, Letter

#: Told of each failed delivery: consumer, event, error.
DeliveryReport = Callable[[str, Letter, Exception], None]


def silent(_consumer: str, _letter: Letter, _error: Exception) -> None:
    """The report that nobody reads; failures stand in the database all the same."""


class CatalogHalf:
    """The writing half over one database and one blob store."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        *,
        clock: Clock = system_clock,
        rules: UploadRules = STRICT,
    ) -> None:
        self.database = database
        self._rules = rules
        self._blobs = blobs
        self._clock = clock
        self._wake: Callable[[], None] = _nobody
        begin = BeginWork(database, self._events_added)
        self.tokens = SqlTokenViews(database)
        self.audit = SqlAuditViews(database)
        self.releases = ReleaseActs(begin, clock, blobs)
        self.indexes = SqlIndexViews(database)
        self._begin = begin
        self.policy = PolicyHalf(database, begin, clock, self._has_index)
        self._waiting = SqlWaitingLetters(database)

    def views(self, index: str) -> SqlCatalogViews:
        """What the index itself has published."""
        return SqlCatalogViews(self.database, index)

    def acceptance(self, index: str) -> Acceptance:
        """Where uploads to the index are accepted."""
        return Acceptance(index, self._blobs, self._begin, self._clock, rules=self._rules)

    def importing(self, index: str, by: str) -> Importing:
        """Where files that lie in a folder are taken into the index."""
        return Importing(self.acceptance(index), self._blobs, self.views(index), by)

    def expect_open(self, index: str, project: str) -> None:
        """Raise ProjectClosedError where the policy of the index keeps readers from the project."""
        own = lineage(index, self.index_definitions()).own
        self.policy.expect_open(own, NormalizedName(project))

    def authenticate(self, text: str | None) -> Token:
        """The valid token of that text; raises UnauthenticatedError."""
        return authenticate(text, self.tokens, self._clock)

    def create_token(self, order: accounts_commands.CreateToken) -> tuple[Token, TokenText]:
        """Make a token."""
        return accounts_handlers.create_token(order, self._begin, self._clock)

    def revoke_token(self, order: accounts_commands.RevokeToken) -> Token:
        """Make a token invalid."""
        return accounts_handlers.revoke_token(order, self._begin, self._clock)

    def create_index(self, order: views_commands.CreateIndex) -> IndexDefinition:
        """Make an index."""
        return views_handlers.create_index(order, self._begin, self._clock)

    def index_definitions(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name, main first."""
        return {MAIN: IndexDefinition(name=MAIN), **self.indexes.all()}

    def delete_index(self, order: views_commands.DeleteIndex) -> None:
        """Remove an index."""
        views_handlers.delete_index(order, self._begin, self._clock)

    def _has_index(self, name: str) -> bool:
        return name == MAIN or name in self.indexes.all()

    def deliver_due(self) -> None:
        """Deliver what waits now, for a reader who must see what was done before; effects happen once."""
        deliverer = self._deliverer(silent)
        while deliverer.deliver_due(self._waiting):
            pass

    def _deliverer(self, report: DeliveryReport) -> Deliverer[SqlWork]:
        return Deliverer(self._begin, SUBSCRIPTIONS, clock=self._clock, report=report)

    def _events_added(self) -> None:
        self._wake()

    def delivery(self, folder: str, report: DeliveryReport = silent) -> InProcessDelivery:
        """The delivery of events, not started yet; ``folder`` holds its lock."""
        deliverer = self._deliverer(report)
        delivery = InProcessDelivery(
            partial(deliverer.deliver_due, self._waiting),
            deliverer.forget_settled,
            os.path.join(folder, "delivery.lock"),
        )
        self._wake = delivery.wake
        return delivery


def _nobody() -> None:
    """Nothing is delivered in this process: the one that serves finds the events by itself."""
