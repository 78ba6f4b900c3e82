"""Operations on tokens: from checked values to an order, from its result to an answer."""

from collections.abc import Mapping
from typing import Any

from bodega.bootstrap.catalog import CatalogHalf
from bodega.index.accounts.commands import CreateToken, RevokeToken
from bodega.index.accounts.lifetime import lifetime
from bodega.index.accounts.model import Token

DEFAULT_LIFETIME = "90d"


def list_tokens(catalog: CatalogHalf, _values: Mapping[str, Any], _by: str) -> dict[str, Any]:
    """Every token, oldest first."""
    return {"tokens": [_facts(token) for token in catalog.tokens.all()]}


def create_token(catalog: CatalogHalf, values: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Make a token."""
    order = CreateToken(
        name=values["name"],
        scopes=tuple(values["scopes"]),
        lifetime=lifetime(values.get("expires", DEFAULT_LIFETIME)),
        index=values.get("index"),
        project=values.get("project"),
        by=by,
    )
    token, text = catalog.create_token(order)
    return {"token": str(text), **_facts(token)}


def revoke_token(catalog: CatalogHalf, values: Mapping[str, Any], by: str) -> dict[str, Any]:
    """Make a token invalid."""
    token = catalog.revoke_token(RevokeToken(token_id=values["id"], by=by))
    return {"id": token.id, "name": token.name, "revoked": True}


def _facts(token: Token) -> dict[str, Any]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": list(token.scopes),
        "index": token.index,
        "project": token.project,
        "created": token.created_at.isoformat(),
        "expires": token.expires_at.isoformat() if token.expires_at else None,
        "revoked": token.revoked_at.isoformat() if token.revoked_at else None,
    }
