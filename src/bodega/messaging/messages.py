"""Commands are orders, events are facts in the past; both are frozen values."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Command:
    """An order to one handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A fact. Versioned by ``type`` (``catalog.file-published.v1``); delivered at least once.

    ``subject`` is what it happened to (a normalized project name), ``serial`` the catalogue's counter.
    """

    type: ClassVar[str]

    subject: str
    serial: int
    at: datetime
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
