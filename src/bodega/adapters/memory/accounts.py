"""Tokens in memory: the fakes beside ``index.accounts``'s ports."""

from dataclasses import replace
from datetime import datetime

from bodega.adapters.memory.state import MemoryState
from bodega.index.accounts.model import StoredSecret, Token


class MemoryTokens:
    """Implements ``index.accounts.ports.Tokens``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def add(self, token: Token, secret: StoredSecret) -> None:
        """Keep a new token."""
        self._state.tokens[token.id] = (token, secret)

    def get(self, token_id: str) -> Token | None:
        """The token with that id."""
        found = self._state.tokens.get(token_id)
        return found[0] if found else None

    def revoke(self, token_id: str, at: datetime) -> None:
        """Note the time from which it is invalid."""
        token, secret = self._state.tokens[token_id]
        self._state.tokens[token_id] = (replace(token, revoked_at=at), secret)


class MemoryTokenViews:
    """Implements ``index.accounts.views.TokenViews``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def find(self, token_id: str) -> tuple[Token, StoredSecret] | None:
        """The token with that id, and what is kept of its secret."""
        return self._state.tokens.get(token_id)

    def all(self) -> tuple[Token, ...]:
        """Every token, oldest first."""
        return tuple(sorted((token for token, _ in self._state.tokens.values()), key=_age))


def _age(token: Token) -> tuple[datetime, str]:
    return token.created_at, token.id
