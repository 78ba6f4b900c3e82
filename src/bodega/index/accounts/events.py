"""Facts about accounts. ``subject`` is the token's id; ``by`` who did it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from bodega.messaging.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCreated(Event):
    """A token was made."""

    type: ClassVar[str] = "accounts.token-created.v1"

    name: str
    scopes: tuple[str, ...]
    index: str | None
    project: str | None
    expires_at: datetime | None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Event):
    """A token was made invalid."""

    type: ClassVar[str] = "accounts.token-revoked.v1"

    name: str
    by: str
