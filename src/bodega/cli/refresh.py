"""``bodega refresh``: ask the upstreams of an index for a project now."""

import sys
from collections.abc import Mapping
from typing import Any

from bodega.cli.acts import print_json
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.managing import add_place, managed


def run(arguments: list[str]) -> int:
    """Run the command: 0 when an upstream has the project, else 1."""
    options = parser().parse_args(arguments)
    if options.server and options.upstream:
        raise UsageError("--server and --upstream cannot stand together", why="a server has its upstream")
    with managed(options) as management:
        answer = management.run("refresh_project", {"index": options.index, "project": options.project})
    if options.json:
        print_json(answer)
    else:
        _print(answer)
    return 0 if any(one["known"] for one in answer["upstreams"]) else 1


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "refresh",
        "Ask the upstreams of an index for a project now. A running server shows what came at once.",
    )
    parser.add_argument("project", metavar="PROJECT", help="the project")
    parser.add_argument("--index", metavar="NAME", default="main", help="the index (main)")
    parser.add_argument("--upstream", metavar="URL", help="the upstream of the index main (as it was served)")
    add_place(parser)
    return parser


def _print(answer: Mapping[str, Any]) -> None:
    name = answer["project"]
    for one in answer["upstreams"]:
        words = f"{one['files']} files, {len(one['new'])} new" if one["known"] else "no such project"
        sys.stdout.write(f"{name}: {words} ({one['upstream']})\n")
        sys.stdout.writelines(f"  {filename}\n" for filename in one["new"])
    if not answer["upstreams"]:
        sys.stdout.write(f"{name}: the index {answer['index']} has no upstream\n")
