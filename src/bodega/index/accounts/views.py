"""What accounts tell others: whether a token is good, and for what."""

from typing import Protocol

from bodega.index.accounts.errors import PermissionDeniedError, UnauthenticatedError
from bodega.index.accounts.model import NOBODY, StoredSecret, Token, is_secret, parse_token_text
from bodega.messaging.clock import Clock


class TokenViews(Protocol):
    """Reads of tokens, from any thread. A token revoked in any process is so at the next read."""

    def find(self, token_id: str) -> tuple[Token, StoredSecret] | None:
        """The token with that id, and what is kept of its secret."""

    def all(self) -> tuple[Token, ...]:
        """Every token, oldest first."""


def authenticate(text: str | None, tokens: TokenViews, clock: Clock) -> Token:
    """The valid token of that text; raises UnauthenticatedError, which never says what was wrong with it."""
    if text is None:
        raise UnauthenticatedError(given=False)
    parts = parse_token_text(text)
    found = tokens.find(parts.id) if parts else None
    right = is_secret(parts.secret if parts else "", found[1] if found else NOBODY)
    if found is None or not right or not found[0].is_valid(clock()):
        raise UnauthenticatedError(given=True)
    return found[0]


def require_all(token: Token, scope: str, *, index: str | None, project: str | None) -> None:
    """Raise PermissionDeniedError unless the token has the scope for all of that.

    ``None`` is every index, or every project: a token for one of them does not do.
    """
    if not token.has_scope(scope):
        raise PermissionDeniedError(_act(scope), f"its scopes are {', '.join(token.scopes)}, not {scope}")
    for limit, wanted, kind in ((token.index, index, "index"), (token.project, project, "project")):
        if limit not in (None, wanted):
            raise PermissionDeniedError(_act(scope), f"it is for the {kind} {limit} only")


def require(token: Token, scope: str, *, index: str, project: str | None = None) -> None:
    """Raise PermissionDeniedError unless the token has the scope there.

    Without ``project`` it is enough that the token could be meant for some project of the index.
    """
    act = _act(scope)
    if not token.has_scope(scope):
        raise PermissionDeniedError(act, f"its scopes are {', '.join(token.scopes)}, not {scope}")
    if not token.reaches(index, token.project if project is None else project):
        where = f"index {token.index}" if token.index not in (None, index) else f"project {token.project}"
        raise PermissionDeniedError(act, f"it is for the {where} only")


def _act(scope: str) -> str:
    return {"read": "read", "upload": "upload", "manage": "manage projects"}.get(scope, "administer")
