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
from bodega.cli.universal import add_universal, everywhere, is_universal, with_parts

if TYPE_CHECKING:
    from bodega.installer.commands.lock import Locked
    from bodega.installer.commands.project_request import Parts
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
    project = project_for(options) if is_about_project(options) else None
    options.output = options.output or beside(project)
    _check_name(options.output)
    asked = project or requested(options, "lock")
    workshop = workshop_for(options)
    try:
        locked = _locked(options, asked, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    _write(options.output, locked.text)
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


def _locked(options: Namespace, asked: "Pyproject | Request", workshop: "Workshop") -> "Locked":
    """The lock of what was asked for, or of a project, changing little of the one that is there."""
    from dataclasses import replace

    from bodega.installer.commands.lock import lock
    from bodega.installer.commands.request import Request
    from bodega.installer.locking.locked_versions import only_versions

    kept = kept_by(options, options.output)
    folder = os.path.dirname(os.path.abspath(options.output))
    if isinstance(asked, Request):
        choosing, project, parts = resolve_request(options, asked), None, None
    else:
        choosing, project, parts = _of_project(options, asked, workshop)
    choosing, target = replace(choosing, kept=only_versions(kept)), workshop.interpreter().target
    whole = with_parts(everywhere(options, choosing, target, project), project, parts)
    if not (whole.parts or is_universal(options, project)):
        return lock(choosing, workshop, target, folder=folder)
    from bodega.installer.commands.lock_everywhere import lock_everywhere

    taken = project is not None and not options.no_default_groups
    default = project.settings.default_groups if project is not None and taken else ()
    return lock_everywhere(replace(whole, earlier=kept), workshop, folder=folder, default_groups=default)


def _of_project(
    options: Namespace, project: "Pyproject", workshop: "Workshop"
) -> "tuple[ResolveRequest, Pyproject, Parts]":
    """What a project always needs, the project as its build backend completes it, and the parts asked for."""
    from bodega.installer.commands.project_request import Parts, with_dynamic

    whole, parts = with_dynamic(project, lambda: workshop.builder), parts_of(options)
    # What is chosen from when the lock is installed is no part of what is always needed.
    base = Parts(default_groups=False) if parts.dependencies else parts
    return project_choosing(options, whole, base, workshop), whole, parts


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
