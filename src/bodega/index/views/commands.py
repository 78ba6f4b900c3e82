"""Orders about indexes."""

from dataclasses import dataclass

from bodega.index.views.model import CLOSED_AFTER_DAYS
from bodega.messaging.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIndex(Command):
    """Make an index; the fields are those of ``model.IndexDefinition``. ``by`` says who orders it."""

    name: str
    bases: tuple[str, ...] = ()
    upstreams: tuple[str, ...] | None = None
    is_private: bool = False
    closed_after_days: int | None = CLOSED_AFTER_DAYS
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteIndex(Command):
    """Remove an index that nothing is based on and that has no projects of its own."""

    name: str
    by: str
