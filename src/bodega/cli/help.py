"""``bodega help [COMMAND]``."""

import sys

from bodega.cli.arguments import Parser
from bodega.cli.main import overview
from bodega.cli.main import run as run_command


def run(arguments: list[str]) -> int:
    """Show the overview, or the help of a command."""
    options = parser().parse_args(arguments)
    if options.command is None:
        sys.stdout.write(overview())
        return 0
    return run_command([options.command, "--help"])


def parser() -> Parser:
    """The options."""
    parser = Parser("help", "Show what bodega does, or what one of its commands does.")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="the command")
    return parser
