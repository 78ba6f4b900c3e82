"""What accounts need of the world."""

from datetime import datetime
from typing import Protocol

from bodega.index.accounts.model import StoredSecret, Token
from bodega.messaging.unit_of_work import UnitOfWork


class Tokens(Protocol):
    """The tokens that were ever made, inside a transaction."""

    def add(self, token: Token, secret: StoredSecret) -> None:
        """Keep a new token."""

    def get(self, token_id: str) -> Token | None:
        """The token with that id."""

    def revoke(self, token_id: str, at: datetime) -> None:
        """Note the time from which it is invalid."""


class AccountsWork(UnitOfWork, Protocol):
    """A transaction of accounts."""

    @property
    def tokens(self) -> Tokens:
        """The tokens."""
