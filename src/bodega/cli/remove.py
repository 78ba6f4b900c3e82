"""``bodega remove``: a project requires something less; its file, its lock and its environment follow."""

from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.project_change import add_change_options, add_place, change_project, resolve
from bodega.cli.project_options import place_of

if TYPE_CHECKING:
    from bodega.cli.project_change import ProjectChange
    from bodega.installer.commands.workshop import Workshop

_EXAMPLES = """examples:
  bodega remove flask                     wherever it stands
  bodega remove --dev pytest              from the group dev alone"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    change_project(options, lambda change, workshop: _remove(change, options, workshop))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("remove", "Remove requirements from the pyproject.toml of this folder, lock and sync.")
    parser.epilog = _EXAMPLES
    parser.add_argument("names", nargs="+", metavar="PROJECT", help="the name of a project")
    add_place(parser, "remove from")
    add_change_options(parser)
    return parser


def _remove(change: "ProjectChange", options: Namespace, workshop: "Workshop") -> None:
    from bodega.formats.names import project_name
    from bodega.installer.commands.project_edits import remove_requirements

    names = [project_name(text).normalized for text in options.names]
    is_placed = options.extra is not None or options.group is not None or options.dev
    place = place_of(options) if is_placed else None
    change.edits = remove_requirements(change.text, names, place, change.project.shown)
    resolve(change, options, workshop)
