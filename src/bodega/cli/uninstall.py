"""``bodega uninstall``: remove projects, only their own files."""

import os
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_changing, add_environment, print_report, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.environments.installed import Installed

_MOST_PATHS = 20


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.uninstall import uninstall

    workshop = workshop_for(options)
    interpreter = workshop.interpreter()

    def confirm(removed: "Sequence[Installed]", paths: Sequence[str]) -> bool:
        return options.yes or _ask(removed, paths, options)

    report = uninstall(_texts(options), workshop, interpreter, confirm=confirm, dry_run=options.dry_run)
    if report.changes or options.json:
        print_report(report, options, seconds=time.monotonic() - started)
    else:
        for remark in report.remarks:
            say(options, f"warning: {remark}")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("uninstall", "Remove projects from an environment.", pip=True)
    parser.add_argument("names", nargs="*", metavar="PROJECT", help="the name of an installed project")
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        help="remove all that this requirements file names; repeatable",
    )
    parser.add_argument("-y", "--yes", action="store_true", help="do not ask")
    add_environment(parser)
    add_changing(parser)
    parser.add_argument(
        "--break-system-packages", action="store_true", help="change what the system manages all the same"
    )
    return parser


def _texts(options: Namespace) -> list[str]:
    from bodega.installer.inputs.requirements_file import RequirementsReader

    reader = RequirementsReader(os.environ)
    for path in options.requirement:
        reader.requirements(path)
    texts = [*options.names, *(line.text for line in reader.inputs.requirements)]
    if not texts:
        raise UsageError("nothing is named that could be removed", why="it takes names, or -r FILE")
    return texts


def _ask(removed: "Sequence[Installed]", paths: Sequence[str], options: Namespace) -> bool:
    """Whether the user agrees; without a terminal the answer is read all the same, as pip does."""
    if options.no_input or options.json:
        raise UsageError("uninstall asks before it removes", why="with --no-input or --json, say --yes")
    named = ", ".join(f"{one.typed_name} {one.version}" for one in removed)
    sys.stderr.write(f"this would remove {named}:\n")
    shown = paths if options.verbose or len(paths) <= _MOST_PATHS else paths[:_MOST_PATHS]
    sys.stderr.writelines(f"  {path}\n" for path in shown)
    if len(shown) < len(paths):
        sys.stderr.write(f"  and {len(paths) - len(shown)} more (-v shows all)\n")
    while True:
        sys.stderr.write("proceed (Y/n)? ")
        sys.stderr.flush()
        answer = sys.stdin.readline()
        if not answer:
            raise UsageError("uninstall asks before it removes", why="nobody answers here; say --yes")
        if answer.strip().lower() in ("", "y", "n"):
            return answer.strip().lower() != "n"
