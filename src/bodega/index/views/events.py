"""Facts about indexes. ``subject`` is the index's name; ``by`` who did it."""

from dataclasses import dataclass
from typing import ClassVar

from bodega.messaging.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexCreated(Event):
    """An index was made."""

    type: ClassVar[str] = "views.index-created.v1"

    bases: tuple[str, ...]
    is_private: bool
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDeleted(Event):
    """An index was removed."""

    type: ClassVar[str] = "views.index-deleted.v1"

    by: str
