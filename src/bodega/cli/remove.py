"""``bodega remove``: a project requires something less; its file, its lock and its environment follow."""

import time

from bodega.cli.arguments import Parser
from bodega.cli.installing import workshop_for
from bodega.cli.project_change import (
    add_change_options,
    add_place,
    begin,
    carry_out,
    print_change,
    renew,
    resolve,
)
from bodega.cli.project_options import place_of, project_for

_EXAMPLES = """examples:
  bodega remove flask                     wherever it stands
  bodega remove --dev pytest              from the group dev alone"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.formats.names import project_name
    from bodega.installer.commands.project_edits import remove_requirements

    names = [project_name(text).normalized for text in options.names]
    project = project_for(options)
    workshop = workshop_for(options)
    try:
        change = begin(project, options)
        is_placed = options.extra is not None or options.group is not None or options.dev
        place = place_of(options) if is_placed else None
        change.edits = remove_requirements(change.text, names, place, project.shown)
        resolve(change, options, workshop)
        carry_out(change, options, workshop)
        renew(change, options, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_change(change, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("remove", "Remove requirements from the pyproject.toml of this folder, lock and sync.")
    parser.epilog = _EXAMPLES
    parser.add_argument("names", nargs="+", metavar="PROJECT", help="the name of a project")
    add_place(parser, "remove from")
    add_change_options(parser)
    return parser
