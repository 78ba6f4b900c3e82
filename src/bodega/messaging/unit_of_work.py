"""Units of work: one transaction, begun for one message (state and outbox commit together)."""

from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from bodega.messaging.messages import Event

Work_co = TypeVar("Work_co", covariant=True)


class Outbox(Protocol):
    """Takes events; each leaves at least once, if and only if the transaction commits."""

    def add(self, event: Event) -> None:
        """Write the event into the running transaction."""


class UnitOfWork(Protocol):
    """One transaction. A context extends it by the repositories that its handlers need."""

    @property
    def outbox(self) -> Outbox:
        """Where the events of this transaction go."""


class Begin(Protocol[Work_co]):
    """Begins a unit of work: committed at the end of the block, rolled back when the block raises."""

    def __call__(self) -> AbstractContextManager[Work_co]:
        """Begin; raises what the storage says when it cannot."""
