"""What views need of the world."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from bodega.index.views.commands import CreateIndex
from bodega.index.views.model import IndexDefinition
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import UnitOfWork


class IndexRecords(Protocol):
    """The indexes that were made, inside a transaction. Each change counts the epoch up."""

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name, but for main."""

    def add(self, order: CreateIndex, clock: Clock) -> None:
        """Make one."""

    def remove(self, name: str) -> None:
        """Remove one."""

    def has_projects(self, name: str) -> bool:
        """Whether an upload ever claimed a name in it."""


class IndexViews(Protocol):
    """Reads of indexes, from any thread; what any process changed is seen by the next call."""

    def all(self) -> Mapping[str, IndexDefinition]:
        """Every index by its name, but for main."""

    def epoch(self) -> int:
        """Counts up with each change of indexes and of policy; one quick look-up."""

    def granted(self, name: str) -> frozenset[str]:
        """Projects of the index that may be mixed with their namesakes upstream, by normalized name."""


class Serials(Protocol):
    """When changes came, from any thread."""

    def last(self) -> int:
        """The serial of the last change; 0 before the first."""

    def last_before(self, day: date) -> int:
        """The serial of the last change before 00:00 UTC of that day."""


class ViewsWork(UnitOfWork, Protocol):
    """A transaction of views."""

    @property
    def indexes(self) -> IndexRecords:
        """The indexes."""
