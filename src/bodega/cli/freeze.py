"""``bodega freeze``: what is installed, as requirements."""

import sys
from argparse import Namespace

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for
from bodega.cli.scope import add_exclude, add_scope, found_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.formats.names import normalize
    from bodega.installer.commands.frozen import arranged, frozen, tools

    workshop = workshop_for(options)
    found = found_for(options, workshop.interpreter)
    skip: set[str] = {normalize(name) for name in options.exclude}
    if not options.all:
        skip |= tools(sys.version if options.path else workshop.interpreter().target.python)
    warnings: list[str] = []
    lines = list(arranged(frozen(found), _contents(options), skip, warn=warnings))
    for warning in warnings:
        say(options, f"warning: {warning}")
    if options.json:
        print_json({"version": 1, "requirements": lines})
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("freeze", "Print what is installed as requirements.", pip=True)
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        help="keep the order and the comments of this requirements file; repeatable",
    )
    add_scope(parser)
    parser.add_argument("--all", action="store_true", help="the installing tools too")
    add_exclude(parser)
    add_environment(parser)
    return parser


def _contents(options: Namespace) -> dict[str, str]:
    contents: dict[str, str] = {}
    for path in options.requirement:
        with open(path, encoding="utf-8") as file:
            contents[path] = file.read()
    return contents
