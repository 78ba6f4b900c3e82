"""``bodega token create|list|revoke``: tokens of an index."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts, print_json, who
from bodega.cli.arguments import Parser, add_json

if TYPE_CHECKING:
    from bodega.index.accounts.commands import CreateToken
    from bodega.index.accounts.model import Token

_DESCRIPTION = "Create, list and revoke the tokens of an index."


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = _parser().parse_args(arguments)
    from bodega.bootstrap.accounts import local_catalog
    from bodega.bootstrap.settings import Given, read_settings

    settings = read_settings(os.environ, Given({"data": options.data}))
    # What is wrong with the words is told before a data folder is made for them.
    order = _order(options) if options.act == "create" else None
    with local_catalog(settings.data, settings.text("database_url")) as catalog:
        if order is not None:
            token, text = catalog.create_token(order)
            _print_created(token, str(text), as_json=options.json)
        elif options.act == "revoke":
            from bodega.index.accounts.commands import RevokeToken

            token = catalog.revoke_token(RevokeToken(token_id=options.id, by=who()))
            _print_revoked(token, as_json=options.json)
        else:
            _print_list(catalog.tokens.all(), as_json=options.json)
    return 0


def _parser() -> Parser:
    parser = Parser("token", _DESCRIPTION)
    acts = add_acts(parser)
    create = acts.add_parser("create", help="make a token; its text is shown this once")
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument(
        "--scope", action="append", default=[], help="read, upload, manage or admin; repeatable"
    )
    create.add_argument("--index", help="for this index only")
    create.add_argument("--project", help="for this project only")
    create.add_argument("--expires", default="90d", help="lifetime: 90d, 12h, 30m (default: %(default)s)")
    revoke = acts.add_parser("revoke", help="make a token invalid")
    revoke.add_argument("id", help="the token's id")
    for act in (create, revoke, acts.add_parser("list", help="list the tokens, without their secrets")):
        act.add_argument("--data", help="the data folder of the index")
        add_json(act)
    return parser


def _order(options: Namespace) -> "CreateToken":
    from bodega.index.accounts.commands import CreateToken
    from bodega.index.accounts.lifetime import lifetime

    return CreateToken(
        name=options.name,
        scopes=tuple(options.scope),
        lifetime=lifetime(options.expires),
        index=options.index,
        project=options.project,
        by=who(),
    )


def _print_created(token: "Token", text: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"token": text, **_facts(token)})
        return
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
    sys.stderr.write(f"token {token.id} ({token.name}): {', '.join(token.scopes)}; shown this once\n")


def _print_revoked(token: "Token", *, as_json: bool) -> None:
    if as_json:
        print_json({"id": token.id, "name": token.name, "revoked": True})
        return
    sys.stderr.write(f"token {token.id} ({token.name}) is revoked\n")


def _print_list(tokens: "tuple[Token, ...]", *, as_json: bool) -> None:
    if as_json:
        print_json({"tokens": [_facts(token) for token in tokens]})
        return
    for token in tokens:
        state = (
            "revoked"
            if token.revoked_at
            else f"until {token.expires_at:%Y-%m-%d}"
            if token.expires_at
            else ""
        )
        reach = token.project or token.index or "everything"
        sys.stdout.write(f"{token.id}  {token.name:<20} {','.join(token.scopes):<20} {reach:<20} {state}\n")


def _facts(token: "Token") -> Mapping[str, object]:
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
