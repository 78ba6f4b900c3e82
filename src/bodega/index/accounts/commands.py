"""Orders to accounts."""

from dataclasses import dataclass
from datetime import timedelta

from bodega.messaging.messages import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateToken(Command):
    """Make a token. ``index`` and ``project`` as typed, ``None`` for all; ``by`` says who orders it."""

    name: str
    scopes: tuple[str, ...]
    lifetime: timedelta
    index: str | None = None
    project: str | None = None
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeToken(Command):
    """Make a token invalid from now on."""

    token_id: str
    by: str
