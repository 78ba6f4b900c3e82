"""``bodega token create|list|revoke``: tokens of an index."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser
from bodega.cli.managing import add_place, managed

_DESCRIPTION = "Create, list and revoke the tokens of an index."


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    values = _values(options)
    with managed(options) as management:
        answer = management.run(_OPERATIONS[options.act], values)
    if options.json:
        print_json(answer)
    elif options.act == "create":
        _print_created(answer)
    elif options.act == "revoke":
        sys.stderr.write(f"token {answer['id']} ({answer['name']}) is revoked\n")
    else:
        _print_list(answer["tokens"])
    return 0


_OPERATIONS = {"create": "create_token", "list": "list_tokens", "revoke": "revoke_token"}


def parser() -> Parser:
    """The options."""
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
        add_place(act)
    return parser


def _values(options: Namespace) -> dict[str, Any]:
    if options.act == "revoke":
        return {"id": options.id}
    if options.act == "list":
        return {}
    from bodega.index.accounts.lifetime import lifetime

    # What is wrong with the words is told before a data folder is made for them.
    lifetime(options.expires)
    return {
        "name": options.name,
        "scopes": options.scope,
        "index": options.index,
        "project": options.project,
        "expires": options.expires,
    }


def _print_created(token: Mapping[str, Any]) -> None:
    sys.stdout.write(f"{token['token']}\n")
    sys.stdout.flush()
    sys.stderr.write(
        f"token {token['id']} ({token['name']}): {', '.join(token['scopes'])}; shown this once\n"
    )


def _print_list(tokens: Iterable[Mapping[str, Any]]) -> None:
    for token in tokens:
        state = (
            "revoked" if token["revoked"] else f"until {token['expires'][:10]}" if token["expires"] else ""
        )
        reach = token["project"] or token["index"] or "everything"
        scopes = ",".join(token["scopes"])
        sys.stdout.write(f"{token['id']}  {token['name']:<20} {scopes:<20} {reach:<20} {state}\n")
