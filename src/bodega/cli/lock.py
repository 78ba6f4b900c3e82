"""``bodega lock``: requirements become pylock.toml."""

import contextlib
import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.choosing import resolve_request
from bodega.cli.install import requested
from bodega.cli.installing import add_environment, add_index, print_json, say, workshop_for
from bodega.cli.lock_check import compare, inputs_of, is_current, remember, say_current
from bodega.cli.pip_options import add_asked, add_building, add_selection
from bodega.cli.project_options import (
    add_itself,
    add_keeping,
    add_parts,
    beside,
    is_about_project,
    kept_by,
    parts_of,
    project_choosing,
    project_for,
)
from bodega.cli.universal import add_universal, everywhere, is_universal

if TYPE_CHECKING:
    from bodega.installer.commands.request import Request
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.resolve_request import ResolveRequest

#: First words that are no requirements.
ACTS = {"diff": "bodega.cli.lock_diff"}
_ACTS = """acts:
  bodega lock diff [OLD] NEW         what differs between two locks, or since git's last commit"""
_DESCRIPTION = (
    "Resolve requirements and write them down, with the hash of every file. With nothing named, those of the "
    "project in this folder or above it: its dependencies and default groups."
)
#: The form of a lock with a name of its own.
_NAMED = ("pylock", "NAME", "toml")


def run(arguments: list[str]) -> int:
    """Run the command, or one of its acts."""
    act = ACTS.get(arguments[0]) if arguments else None
    if act is not None:
        from importlib import import_module

        code: int = import_module(act).run(arguments[1:])
        return code
    options = parser().parse_args(arguments)
    from bodega.installer.commands.lock import lock

    project = project_for(options) if is_about_project(options) else None
    options.output = options.output or beside(project)
    _check_name(options.output)
    asked = project or requested(options, "lock")
    workshop = workshop_for(options)
    try:
        choosing = _choosing(options, asked, workshop)
        target = workshop.interpreter().target
        folder = os.path.dirname(os.path.abspath(options.output))
        wide = everywhere(options, choosing, target) if is_universal(options) else None
        inputs = inputs_of(options, wide or (choosing, target), workshop)
        if options.check and is_current(options, inputs, workshop, is_settled=not choosing.references):
            return say_current(options)
        if wide is not None:
            from bodega.installer.commands.lock_everywhere import lock_everywhere

            locked = lock_everywhere(wide, workshop, folder=folder)
        else:
            parts = parts_of(options).written() if project else ()
            locked = lock(choosing, workshop, target, folder=folder, parts=parts)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if options.check:
        return compare(options, locked.text, inputs, workshop)
    _write(options.output, locked.text)
    remember(options.output, inputs, workshop)
    if options.json:
        document = {"version": 1, "path": options.output, "packages": locked.versions}
        print_json({**document, "several": locked.several, "remarks": list(locked.remarks)})
    for remark in locked.remarks:
        say(options, f"note: {remark}")
    say(options, f"{len(locked.versions)} projects locked in {options.output}")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("lock", _DESCRIPTION, pip=True)
    parser.epilog = _ACTS
    add_asked(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="default: pylock.toml, beside a project's pyproject.toml; - for stdout",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing: 0 where the lock is what it would be, else 1 and what differs",
    )
    add_parts(parser)
    add_itself(parser)
    add_keeping(parser)
    parser.add_argument(
        "--only-deps", "--only-dependencies", action="store_true", help="what they require alone"
    )
    add_universal(parser)
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    add_building(parser)
    parser.set_defaults(own_interpreter=True, resolution=None)
    return parser


def _choosing(options: Namespace, asked: "Pyproject | Request", workshop: "Workshop") -> "ResolveRequest":
    """What is to be resolved: what was asked for, or what a project requires, changing little."""
    from dataclasses import replace

    from bodega.installer.commands.request import Request

    if isinstance(asked, Request):
        choosing = resolve_request(options, asked)
    else:
        choosing = project_choosing(options, asked, parts_of(options), workshop)
    return replace(choosing, kept=kept_by(options, options.output))


def _check_name(path: str) -> None:
    name = os.path.basename(path)
    parts = name.split(".")
    if path != "-" and not (
        name == "pylock.toml" or (parts[0], parts[-1], len(parts)) == ("pylock", "toml", len(_NAMED))
    ):
        raise UsageError(
            f"a lock cannot be named {name!r}", why="it is pylock.toml or pylock.NAME.toml (PEP 751)"
        )


def _write(path: str, text: str) -> None:
    if path == "-":
        sys.stdout.write(text)
        return
    part = f"{path}.{os.getpid()}.part"
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        raise
