"""Tokens, inside a transaction and for readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.schema import TOKENS
from bodega.adapters.sql.times import read, read_or_none, written, written_or_none
from bodega.index.accounts.model import StoredSecret, Token

_COLUMNS = (
    TOKENS.c.id,
    TOKENS.c.name,
    TOKENS.c.scopes,
    TOKENS.c.index_name,
    TOKENS.c.project,
    TOKENS.c.created_at,
    TOKENS.c.expires_at,
    TOKENS.c.revoked_at,
)


class SqlTokens:
    """Implements ``index.accounts.ports.Tokens``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, token: Token, secret: StoredSecret) -> None:
        """Keep a new token."""
        self._connection.execute(
            insert(TOKENS).values(
                id=token.id,
                name=token.name,
                salt=secret.salt,
                secret_hash=secret.hash,
                scopes=" ".join(token.scopes),
                index_name=token.index,
                project=token.project,
                created_at=written(token.created_at),
                expires_at=written_or_none(token.expires_at),
            )
        )

    def get(self, token_id: str) -> Token | None:
        """The token with that id."""
        found = self._connection.execute(select(*_COLUMNS).where(TOKENS.c.id == token_id)).one_or_none()
        return _token(found) if found is not None else None

    def revoke(self, token_id: str, at: datetime) -> None:
        """Note the time from which it is invalid."""
        self._connection.execute(update(TOKENS).where(TOKENS.c.id == token_id).values(revoked_at=written(at)))


class SqlTokenViews:
    """Implements ``index.accounts.views.TokenViews``: every read asks the database, so revocations hold."""

    def __init__(self, database: Database) -> None:
        self._one = database.prepare(
            select(*_COLUMNS, TOKENS.c.salt, TOKENS.c.secret_hash).where(TOKENS.c.id == bindparam("token"))
        )
        self._all = database.prepare(select(*_COLUMNS).order_by(TOKENS.c.created_at, TOKENS.c.id))

    def find(self, token_id: str) -> tuple[Token, StoredSecret] | None:
        """The token with that id, and what is kept of its secret."""
        found = self._one.first(token=token_id)
        return (_token(found), StoredSecret(found[-2], found[-1])) if found else None

    def all(self) -> tuple[Token, ...]:
        """Every token, oldest first."""
        return tuple(_token(row) for row in self._all.all())


def _token(row: Any) -> Token:
    token_id, name, scopes, index, project, created_at, expires_at, revoked_at = row[: len(_COLUMNS)]
    return Token(
        id=token_id,
        name=name,
        scopes=tuple(scopes.split()),
        index=index,
        project=project,
        created_at=read(created_at),
        expires_at=read_or_none(expires_at),
        revoked_at=read_or_none(revoked_at),
    )
