"""``bodega uninstall``: remove projects, only their own files."""

import time

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_changing, add_environment, print_report, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.uninstall import uninstall

    workshop = workshop_for(options)
    report = uninstall(options.names, workshop, dry_run=options.dry_run)
    print_report(report, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("uninstall", "Remove projects from an environment.")
    parser.add_argument("names", nargs="+", metavar="PROJECT")
    parser.add_argument(
        "-y", "--yes", action="store_true", help="accepted for pip's sake: nothing is ever asked"
    )
    add_environment(parser)
    add_changing(parser)
    return parser
