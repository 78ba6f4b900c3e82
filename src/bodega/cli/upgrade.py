"""``bodega upgrade``: what is locked moves to the newest that the project admits, or that there is."""

from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.installing import say
from bodega.cli.project_change import (
    add_change_options,
    change_project,
    lock_moves,
    resolve,
)

if TYPE_CHECKING:
    from bodega.cli.project_change import ProjectChange
    from bodega.formats.names import NormalizedName
    from bodega.installer.commands.workshop import Workshop

_EXAMPLES = """examples:
  bodega upgrade                          all that is locked, within the bounds of pyproject.toml
  bodega upgrade flask                    flask, and of others only what that moves
  bodega upgrade --edit-bounds --dry-run  what would be newest of all, and which bounds keep it out"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    change = change_project(options, lambda change, workshop: _upgrade(change, options, workshop))
    if not (change.edits or lock_moves(change)):
        say(options, "nothing is newer; `bodega outdated` says what is held back")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("upgrade", "Move what is locked to newer versions, then sync.")
    parser.epilog = _EXAMPLES
    parser.add_argument("names", nargs="*", metavar="PROJECT", help="this project alone; default: all")
    parser.add_argument(
        "--edit-bounds",
        "--latest",
        action="store_true",
        help="widen the bounds in pyproject.toml that keep the newest out",
    )
    add_change_options(parser)
    return parser


def _upgrade(change: "ProjectChange", options: Namespace, workshop: "Workshop") -> None:
    names = _names(change, options)
    if not options.edit_bounds:
        resolve(change, options, workshop, moved=names)
        return
    from bodega.installer.commands.wider_bounds import loosen, settle

    loosened = loosen(change.text, names)
    versions = resolve(change, options, workshop, moved=names).versions
    change.edits = settle(change.text, loosened, versions)
    resolve(change, options, workshop)


def _names(change: "ProjectChange", options: Namespace) -> "frozenset[NormalizedName]":
    """What is to move; raises NotThereError, InvalidProjectNameError."""
    from bodega.formats.names import normalize, project_name
    from bodega.installer.commands.dependency_graph import NotThereError

    known = {normalize(name) for name in change.versions}
    known |= {standing.requirement.name for standing in change.text.standing()}
    names = [project_name(text).normalized for text in options.names]
    for name in names:
        if name not in known:
            raise NotThereError(name, "the lock", known)
    return frozenset(names or known)
