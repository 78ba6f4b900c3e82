"""``bodega tool``: programs that are Python projects, each in an environment of its own."""

import os
import sys
from argparse import REMAINDER, Namespace
from dataclasses import replace
from typing import TYPE_CHECKING

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_changing, add_environment, add_index, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.tools import ToolRoom
    from bodega.installer.commands.workshop import Workshop

_DESCRIPTION = "Run programs that are Python projects, or install them, each in an environment of its own."
_LATEST = "latest"


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    acts = {
        "run": _run,
        "install": _install,
        "list": _list,
        "upgrade": _upgrade,
        "uninstall": _uninstall,
    }
    return acts[options.act](options)


def parser() -> Parser:
    """The options."""
    parser = Parser("tool", _DESCRIPTION)
    acts = add_acts(parser)
    once = acts.add_parser("run", help="run a tool without installing it; its environment is kept")
    once.add_argument("words", nargs=REMAINDER, metavar="TOOL", help="NAME, NAME@VERSION, NAME@latest; words")
    once.add_argument(
        "--from", dest="project", metavar="REQUIREMENT", help="the project that has the program"
    )
    install = acts.add_parser("install", help="install a tool: its programs go where the PATH finds them")
    install.add_argument("tool", metavar="REQUIREMENT", help="the project")
    install.add_argument("--force", action="store_true", help="replace programs of others")
    upgrade = acts.add_parser("upgrade", help="install the newest versions of tools")
    upgrade.add_argument("tools", nargs="*", metavar="NAME", help="those alone; default: all")
    remove = acts.add_parser("uninstall", help="remove tools and their programs")
    remove.add_argument("tools", nargs="+", metavar="NAME", help="the tool")
    for act in (once, install):
        act.add_argument(
            "--with", dest="extra", action="append", default=[], metavar="REQUIREMENT", help="needed besides"
        )
    for act in (once, install, upgrade, remove, acts.add_parser("list", help="list installed tools")):
        if act is not remove:
            add_index(act)
            add_changing(act)
        add_environment(act)
    return parser


def _run(options: Namespace) -> int:
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise UsageError("bodega tool run: nothing to run", why="name a tool")
    from bodega.installer.commands.starting import start
    from bodega.installer.commands.throwaway import Wanted, environment_for

    program, _, version = words[0].partition("@")
    requirement = options.project or (f"{program}=={version}" if version not in ("", _LATEST) else program)
    wanted = Wanted(requires=(requirement, *options.extra), anew=version == _LATEST)
    workshop = _workshop(options)
    try:
        interpreter = environment_for(wanted, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    return start(interpreter, [program, *words[1:]], os.environ, own_only=True)


def _install(options: Namespace) -> int:
    with _Room(options) as (room, workshop):
        tool = room.install(options.tool, options.extra, workshop, force=options.force)
    if options.json:
        print_json({"version": 1, "tool": tool.document()})
    else:
        sys.stdout.write(f"{tool.name} {tool.version}: {', '.join(tool.programs)}\n")
        if not room.is_on_path(os.environ):
            say(options, f"note: {room.programs} is not on the PATH: export PATH={room.programs}:$PATH")
    return 0


def _list(options: Namespace) -> int:
    with _Room(options) as (room, _):
        found = room.all()
    if options.json:
        print_json({"version": 1, "tools": [tool.document() for tool in found]})
    else:
        sys.stdout.writelines(f"{tool.name} {tool.version}: {', '.join(tool.programs)}\n" for tool in found)
    return 0


def _upgrade(options: Namespace) -> int:
    with _Room(options) as (room, workshop):
        changed = [
            (before, room.upgrade(before, workshop))
            for before in room.all()
            if not options.tools or before.name in options.tools
        ]
    if options.json:
        print_json({"version": 1, "tools": [after.document() for _, after in changed]})
    else:
        sys.stdout.writelines(
            f"{after.name} {before.version} -> {after.version}\n"
            for before, after in changed
            if after.version != before.version
        )
    return 0


def _uninstall(options: Namespace) -> int:
    with _Room(options) as (room, _):
        removed = [room.uninstall(name) for name in options.tools]
    if options.json:
        print_json({"version": 1, "removed": [tool.name for tool in removed]})
    else:
        sys.stdout.writelines(f"{tool.name} {tool.version} is removed\n" for tool in removed)
    return 0


class _Room:
    """The tools of the user and a workshop, until the end of the block."""

    def __init__(self, options: Namespace) -> None:
        self._workshop = _workshop(options)

    def __enter__(self) -> "tuple[ToolRoom, Workshop]":
        from bodega.installer.commands.tools import ToolRoom, places_of

        return ToolRoom(*places_of(os.environ)), self._workshop

    def __exit__(self, *_: object) -> None:
        self._workshop.progress.done()
        self._workshop.store.close()


def _workshop(options: Namespace) -> "Workshop":
    """A tool's environment is made of a base interpreter: the one named, or bodega's own."""
    from bodega.bootstrap.installer import base_interpreter

    workshop = workshop_for(options)
    python = options.python
    return replace(workshop, interpreter=lambda: base_interpreter(workshop, python))
