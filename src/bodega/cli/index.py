"""``bodega index create|list|show|delete``: the indexes of a server; ``versions``: what an index offers."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Mapping
from typing import Any

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.index_versions import add_versions
from bodega.cli.managing import add_place, managed

_DESCRIPTION = (
    "Make, list, show and delete indexes: own projects, above those of bases, above upstreams. "
    "`versions` asks any index what it offers."
)
_NEVER = "never"
_OPERATIONS = {
    "create": "create_index",
    "list": "list_indexes",
    "show": "show_index",
    "delete": "delete_index",
}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.act == "versions":
        from bodega.cli.index_versions import run_versions

        return run_versions(options)
    values = _values(options)
    with managed(options) as management:
        answer = management.run(_OPERATIONS[options.act], values)
    if options.json:
        print_json(answer)
    elif options.act == "delete":
        sys.stderr.write(f"index {options.name} is deleted\n")
    elif options.act == "list":
        _print_list(answer["indexes"])
    else:
        _print_one(answer, "made" if options.act == "create" else "")
    return 0


def parser() -> Parser:
    """The options."""
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
        add_place(act)
    add_versions(
        acts.add_parser("versions", description="List the versions of a project that an index offers.")
    )
    return parser


def _values(options: Namespace) -> dict[str, Any]:
    """What is wrong with the words is told before a data folder is made for them."""
    if options.act == "list":
        return {}
    if options.act != "create":
        return {"index": options.name}
    if options.no_upstream and options.upstream:
        raise UsageError("--upstream and --no-upstream cannot stand together")
    from bodega.bootstrap.upstream_choice import InvalidUpstreamError, upstream_url

    if None in [upstream_url(text) for text in options.upstream]:
        raise InvalidUpstreamError("none")
    return {
        "name": options.name,
        "bases": options.base,
        "upstreams": [] if options.no_upstream else options.upstream or None,
        "private": options.private,
        "closed_after_days": _days(options.closed_after),
    }


def _days(text: str) -> int | None:
    if text == _NEVER:
        return None
    number = text.removesuffix("d")
    if not (number.isascii() and number.isdecimal() and 0 < int(number) < 10**6):
        raise UsageError(f"--closed-after cannot be {text[:40]!r}", why="it takes days such as 14d, or never")
    return int(number)


def _print_one(index: Mapping[str, Any], done: str) -> None:
    if done:
        sys.stderr.write(f"index {index['name']} is {done}\n")
    for key, value in index.items():
        sys.stdout.write(f"{key + ':':<18} {_said(key, value)}\n")


def _print_list(indexes: Iterable[Mapping[str, Any]]) -> None:
    for one in indexes:
        reach = "private" if one["private"] else "public"
        bases = f"based on {', '.join(one['bases'])}" if one["bases"] else ""
        sys.stdout.write(f"{one['name']:<24} {reach:<8} {bases}\n".rstrip() + "\n")


def _said(key: str, value: object) -> str:
    if value is None:
        return "those of the bases" if key == "upstreams" else _NEVER
    if isinstance(value, bool):
        return "yes" if value else "no"
    return (", ".join(value) or "none") if isinstance(value, list) else str(value)
