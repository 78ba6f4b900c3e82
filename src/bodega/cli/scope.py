"""What the commands on installed distributions share: which of them are meant."""

import os
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError

if TYPE_CHECKING:
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.interpreter import Interpreter
    from bodega.installer.environments.inventory import Found
    from bodega.installer.locking.candidates import CandidateFinder
    from bodega.installer.locking.release_control import ReleaseControl


def add_scope(parser: Parser) -> None:
    """``--local``, ``--user``, ``--path``."""
    parser.add_argument(
        "-l", "--local", action="store_true", help="leave out what shows through from outside"
    )
    parser.add_argument("--user", action="store_true", help="only what is installed for the user")
    parser.add_argument(
        "--path", action="append", default=[], metavar="DIR", help="look into this folder instead; repeatable"
    )


def add_exclude(parser: Parser) -> None:
    """``--exclude``, ``--exclude-editable``."""
    parser.add_argument(
        "--exclude", action="append", default=[], metavar="PROJECT", help="leave this project out; repeatable"
    )
    parser.add_argument("--exclude-editable", action="store_true", help="leave out what is editable")


def found_for(options: Namespace, interpreter: "Callable[[], Interpreter]") -> "list[Found]":
    """What is meant, sorted by name; exclusions by name are left to the command."""
    from bodega.installer.environments.inventory import Scope, inventory_of, take_inventory, within

    if options.path and (options.user or options.local):
        raise UsageError("--path and --user or --local cannot stand together")
    found = inventory_of(options.path) if options.path else take_inventory(interpreter(), os.environ)
    only = getattr(options, "editable", False)
    without = getattr(options, "exclude_editable", False)
    scope = Scope(
        local=options.local,
        user=options.user,
        editables="only" if only else "none" if without else "all",
    )
    return within(scope, found)


def without_excluded(options: Namespace, found: "list[Found]") -> "list[Found]":
    """What no ``--exclude`` names."""
    from bodega.formats.names import normalize

    names = {normalize(name) for name in options.exclude}
    return [one for one in found if one.name not in names]


def chosen_by(options: Namespace, workshop: "Workshop") -> "tuple[CandidateFinder, ReleaseControl]":
    """What of the indexes' offers counts, by the options on files and versions."""
    from bodega.installer.locking.candidates import CandidateFinder
    from bodega.installer.locking.format_control import format_control
    from bodega.installer.locking.release_control import release_control

    if options.pre and options.releases:
        raise UsageError("--pre cannot stand beside --all-releases and --only-final")
    finder = CandidateFinder(
        workshop.interpreter().target,
        workshop.computed,
        format_control(options.formats, prefer_binary=options.prefer_binary),
        any_python=options.ignore_requires_python,
    )
    return finder, release_control(options.releases, pre=options.pre)
