"""One function per order to accounts."""

from bodega.formats.names import project_name
from bodega.index.accounts.commands import CreateToken, RevokeToken
from bodega.index.accounts.errors import InvalidTokenNameError, TokenNotFoundError, UnknownScopeError
from bodega.index.accounts.events import TokenCreated, TokenRevoked
from bodega.index.accounts.model import SCOPES, Token, TokenText, new_token_text, store_secret
from bodega.index.accounts.ports import AccountsWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin

_LONGEST_NAME = 100


def create_token(order: CreateToken, begin: Begin[AccountsWork], clock: Clock) -> tuple[Token, TokenText]:
    """Make a token; its text is told this once and never stored.

    Raises UnknownScopeError, InvalidTokenNameError, InvalidProjectNameError.
    """
    token, text = _new_token(order, clock)
    with begin() as work:
        work.tokens.add(token, store_secret(text.secret))
        work.outbox.add(
            TokenCreated(
                subject=token.id,
                serial=0,
                at=token.created_at,
                name=token.name,
                scopes=token.scopes,
                index=token.index,
                project=token.project,
                expires_at=token.expires_at,
                by=order.by,
            )
        )
    return token, text


def revoke_token(order: RevokeToken, begin: Begin[AccountsWork], clock: Clock) -> Token:
    """Make a token invalid, at the next request in every process; raises TokenNotFoundError.

    One that is revoked already stays as it is.
    """
    with begin() as work:
        token = work.tokens.get(order.token_id)
        if token is None:
            raise TokenNotFoundError(order.token_id)
        if token.revoked_at is None:
            now = clock()
            work.tokens.revoke(token.id, now)
            work.outbox.add(TokenRevoked(subject=token.id, serial=0, at=now, name=token.name, by=order.by))
    return token


def _new_token(order: CreateToken, clock: Clock) -> tuple[Token, TokenText]:
    if not 0 < len(order.name) <= _LONGEST_NAME or not order.name.isprintable():
        raise InvalidTokenNameError(order.name)
    for scope in order.scopes or ("",):
        if scope not in SCOPES:
            raise UnknownScopeError(scope, SCOPES)
    text = new_token_text()
    now = clock()
    return Token(
        id=text.id,
        name=order.name,
        scopes=tuple(scope for scope in SCOPES if scope in order.scopes),
        index=order.index,
        project=project_name(order.project).normalized if order.project is not None else None,
        created_at=now,
        expires_at=now + order.lifetime,
    ), text
