"""``bodega help [COMMAND]``; ``--man`` prints the manual page, ``--man-pages`` writes all of them."""

import os
import sys

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.main import overview
from bodega.cli.main import run as run_command
from bodega.cli.pip_options import add_general, add_network
from bodega.cli.table import COMMANDS


def run(arguments: list[str]) -> int:
    """Show the overview, or the help of a command."""
    options = parser().parse_args(arguments)
    if options.json:
        return _print_json()
    if options.man_pages is not None:
        return _write_pages(options.man_pages)
    if options.man:
        return _print_page(options.command)
    if options.command is None:
        sys.stdout.write(overview())
        return 0
    return run_command([options.command, "--help"])


def parser() -> Parser:
    """The options."""
    parser = Parser("help", "Show what bodega does, or what one of its commands does.")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help="the command")
    parser.add_argument("--man", action="store_true", help="print the manual page: ... | man -l -")
    parser.add_argument(
        "--man-pages", metavar="DIR", help="write every manual page into DIR, such as ~/.local/share/man/man1"
    )
    add_general(parser)
    add_network(parser)
    return parser


def _print_page(command: str | None) -> int:
    from bodega.cli.shells.described import commands, describe
    from bodega.cli.shells.manual import command_page, overview_page

    if command is None:
        sys.stdout.write(overview_page(commands()))
        return 0
    if command not in COMMANDS:
        raise UsageError(f"there is no command {command[:60]!r}", why="`bodega help` lists them")
    sys.stdout.write(command_page(describe(COMMANDS[command])))
    return 0


def _write_pages(folder: str) -> int:
    from bodega.cli.shells.described import commands
    from bodega.cli.shells.manual import pages

    folder = os.path.expanduser(folder)
    os.makedirs(folder, exist_ok=True)
    found = pages(commands())
    for name, text in found.items():
        beside = f"{folder}/{name}.{os.getpid()}.part"
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(beside, f"{folder}/{name}")
    sys.stderr.write(f"{len(found)} manual pages written; to read one: man bodega-install\n")
    return 0


def _print_json() -> int:
    import json
    from dataclasses import asdict

    from bodega.cli.shells.described import commands

    document = {"version": 1, "commands": [asdict(one) for one in commands()]}
    sys.stdout.write(json.dumps(document, indent=2) + "\n")
    return 0
