"""``bodega autoremove``: remove what nothing that was asked for requires any more."""

import sys
import time
from argparse import Namespace
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.graph_source import environment_graph
from bodega.cli.installing import (
    add_changing,
    add_environment,
    print_json,
    print_report,
    report_json,
    say,
    workshop_for,
)

if TYPE_CHECKING:
    from bodega.installer.commands.autoremove import Leftover

_DESCRIPTION = (
    "Remove from an environment what nothing that was asked for requires any more. Asked for is what was "
    "installed by name and, in the environment of a project, what its pyproject.toml requires."
)


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.autoremove import leftovers
    from bodega.installer.commands.uninstall import uninstall

    workshop = workshop_for(options)
    interpreter = workshop.interpreter()
    graph = environment_graph(options, workshop)
    found = leftovers(graph, by_name=options.lock is None and not options.project)
    why: dict[str, str] = {one.name: one.why for one in found}

    def confirm(*_going: object) -> bool:
        return options.yes or _ask(found, options)

    names = [one.name for one in found]
    report = uninstall(names, workshop, interpreter, confirm=confirm, dry_run=options.dry_run)
    if options.json:
        reasons = [{"name": one.name, "version": one.version, "why": one.why} for one in found]
        print_json({**report_json(report), "leftovers": reasons})
    elif not found:
        say(options, "nothing is left over: all that is here is asked for, or required")
    else:
        if options.yes or options.dry_run:
            _say_why(options, why)
        print_report(report, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("autoremove", _DESCRIPTION)
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    roots = parser.add_mutually_exclusive_group()
    roots.add_argument(
        "--project", action="store_true", help="keep what the pyproject.toml here requires, and nothing else"
    )
    roots.add_argument("--lock", metavar="FILE", help="keep what this lock asks for, and nothing else")
    add_environment(parser)
    add_changing(parser)
    return parser


def _say_why(options: Namespace, why: Mapping[str, str]) -> None:
    for name, words in why.items():
        say(options, f"{name}: {words}")


def _ask(found: "Sequence[Leftover]", options: Namespace) -> bool:
    """Whether the user agrees; without a terminal nobody is asked."""
    if options.no_input or options.json or not sys.stdin.isatty():
        raise UsageError("autoremove asks before it removes", why="nobody answers here; say --yes")
    sys.stderr.write("this would remove:\n")
    sys.stderr.writelines(f"  {one.name} {one.version}: {one.why}\n" for one in found)
    while True:
        sys.stderr.write("proceed (y/N)? ")
        sys.stderr.flush()
        answer = sys.stdin.readline().strip().lower()
        if answer in ("", "n", "y"):
            return answer == "y"
