"""``bodega index create|list|show|delete``: the indexes of a server."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts, print_json, who
from bodega.cli.arguments import Parser, UsageError, add_json

if TYPE_CHECKING:
    from bodega.index.views.commands import CreateIndex
    from bodega.index.views.model import IndexDefinition

_DESCRIPTION = "Make, list, show and delete indexes: own projects, above those of bases, above upstreams."
_NEVER = "never"


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
            _print_one(catalog.create_index(order), "made", as_json=options.json)
        elif options.act == "delete":
            from bodega.index.views.commands import DeleteIndex

            catalog.delete_index(DeleteIndex(name=options.name, by=who()))
            _print_deleted(options.name, as_json=options.json)
        elif options.act == "show":
            _print_one(_known(catalog.index_definitions(), options.name), "", as_json=options.json)
        else:
            _print_list(catalog.index_definitions(), as_json=options.json)
    return 0


def _parser() -> Parser:
    parser = Parser("index", _DESCRIPTION)
    acts = add_acts(parser)
    create = acts.add_parser("create", description="Make an index.")
    create.add_argument("name", help="small letters, digits and dashes")
    create.add_argument(
        "--base", action="append", default=[], help="an index whose projects it shows too; repeatable"
    )
    create.add_argument(
        "--upstream",
        action="append",
        default=[],
        metavar="URL",
        help="the root of an index to read through, before those of the bases; repeatable",
    )
    create.add_argument("--no-upstream", action="store_true", help="read through none, not even a base's")
    create.add_argument("--private", action="store_true", help="for tokens with the scope read only")
    create.add_argument(
        "--closed-after",
        default="14d",
        metavar="DAYS",
        help="age from which a release takes no new files: 30d, or never (default: %(default)s)",
    )
    show = acts.add_parser("show", description="Show an index.")
    delete = acts.add_parser("delete", description="Delete an index that has no projects of its own.")
    for act in (show, delete):
        act.add_argument("name", help="the index")
    for act in (create, show, delete, acts.add_parser("list", description="List the indexes.")):
        act.add_argument("--data", help="the data folder of the server")
        add_json(act)
    return parser


def _order(options: Namespace) -> "CreateIndex":
    from bodega.bootstrap.upstream_choice import InvalidUpstreamError, upstream_url
    from bodega.index.views.commands import CreateIndex

    if options.no_upstream and options.upstream:
        raise UsageError("--upstream and --no-upstream cannot stand together")
    urls = tuple(upstream_url(text) for text in options.upstream)
    if None in urls:
        raise InvalidUpstreamError("none")
    return CreateIndex(
        name=options.name,
        bases=tuple(dict.fromkeys(options.base)),
        upstreams=() if options.no_upstream else tuple(url for url in urls if url) or None,
        is_private=options.private,
        closed_after_days=_days(options.closed_after),
        by=who(),
    )


def _days(text: str) -> int | None:
    if text == _NEVER:
        return None
    number = text.removesuffix("d")
    if not (number.isascii() and number.isdecimal() and 0 < int(number) < 10**6):
        raise UsageError(f"--closed-after cannot be {text[:40]!r}", why="it takes days such as 14d, or never")
    return int(number)


def _known(definitions: "Mapping[str, IndexDefinition]", name: str) -> "IndexDefinition":
    from bodega.index.views.errors import IndexNotFoundError

    if name not in definitions:
        raise IndexNotFoundError(name)
    return definitions[name]


def _print_one(definition: "IndexDefinition", done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_facts(definition))
        return
    if done:
        sys.stderr.write(f"index {definition.name} is {done}\n")
    for key, value in _facts(definition).items():
        sys.stdout.write(f"{key + ':':<18} {_said(key, value)}\n")


def _print_deleted(name: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"name": name, "deleted": True})
    else:
        sys.stderr.write(f"index {name} is deleted\n")


def _print_list(definitions: "Mapping[str, IndexDefinition]", *, as_json: bool) -> None:
    if as_json:
        print_json({"indexes": [_facts(one) for one in definitions.values()]})
        return
    for one in definitions.values():
        reach = "private" if one.is_private else "public"
        bases = f"based on {', '.join(one.bases)}" if one.bases else ""
        sys.stdout.write(f"{one.name:<24} {reach:<8} {bases}\n".rstrip() + "\n")


def _facts(definition: "IndexDefinition") -> Mapping[str, object]:
    from bodega.bootstrap.settings import masked

    upstreams = definition.upstreams
    return {
        "name": definition.name,
        "bases": list(definition.bases),
        "upstreams": None if upstreams is None else [masked(url) for url in upstreams],
        "private": definition.is_private,
        "closed_after_days": definition.closed_after_days,
    }


def _said(key: str, value: object) -> str:
    if value is None:
        return "those of the bases" if key == "upstreams" else _NEVER
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) or "none") if isinstance(value, list) else str(value)
