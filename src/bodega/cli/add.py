"""``bodega add``: a project requires something more; its file, its lock and its environment follow."""

import os
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.project_change import (
    add_change_options,
    add_place,
    change_project,
    resolve,
)
from bodega.cli.project_options import place_of

if TYPE_CHECKING:
    from bodega.cli.project_change import ProjectChange
    from bodega.installer.commands.project_edits import NewRequirement
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_edit import Place
    from bodega.installer.inputs.project_file import Pyproject

_EXAMPLES = """examples:
  bodega add flask                        at least the version that is chosen now
  bodega add 'flask[async]>=3,<4'         these versions
  bodega add --dev pytest                 for who works on the project
  bodega add --extra fast orjson          for who asks for demo[fast]
  bodega add -r requirements.txt          all that a file asks for
  bodega add -e ../library                a project beside this one, in place
  bodega add 'git+https://example.org/library@v1'"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if not (options.requirements or options.editable or options.requirement):
        raise UsageError("nothing is named that could be added", why="it takes requirements, paths and URLs")
    change_project(options, lambda change, workshop: _add(change, options, workshop))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("add", "Add requirements to the pyproject.toml of this folder, lock and sync.")
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "requirements",
        nargs="*",
        metavar="REQUIREMENT",
        help="such as requests, 'flask>=3', ./project or a URL",
    )
    parser.add_argument(
        "-e", "--editable", action="append", default=[], metavar="PATH", help="a project in place; repeatable"
    )
    parser.add_argument(
        "-r",
        "--requirement",
        action="append",
        default=[],
        metavar="FILE",
        help="what a requirements file asks for; repeatable",
    )
    add_place(parser, "add to")
    parser.add_argument(
        "--bounds",
        choices=("lower", "major", "exact", "none"),
        default="lower",
        help="what is written where no versions are given: at least the chosen one (lower, the default), "
        "below the next that may break besides (major), that alone (exact), or nothing (none)",
    )
    parser.add_argument(
        "-U",
        "--upgrade",
        action="store_true",
        help="take the newest of what is named, locked or not",
    )
    add_change_options(parser)
    return parser


def _add(change: "ProjectChange", options: Namespace, workshop: "Workshop") -> None:
    from bodega.installer.commands.project_edits import OwnProjectError, add_requirement, set_bounds

    place = place_of(options)
    new = _new(options, change.project, workshop)
    bounds = {one.name for one in new if one.takes_bounds}
    for one in new:
        if one.name == change.project.name and not one.requirement.extras:
            raise OwnProjectError(one.name)
        place, edit = add_requirement(change.text, one, place)
        if edit is not None:
            change.edits.append(edit)
    change.parts = _with(change.parts, place)
    moved = {one.name for one in new} if options.upgrade else set()
    locked = resolve(change, options, workshop, moved=moved)
    if options.bounds != "none":
        versions = {name: version for name, version in locked.versions.items() if name in bounds}
        bounded = set_bounds(change.text, change.edits, versions, options.bounds)
        if bounded != change.edits:
            change.edits = bounded
            resolve(change, options, workshop)


def _new(options: Namespace, project: "Pyproject", workshop: "Workshop") -> "list[NewRequirement]":
    from bodega.installer.commands.project_edits import new_requirements
    from bodega.installer.inputs.requirements_file import RequirementLine, RequirementsReader

    reader = RequirementsReader(os.environ)
    for path in options.requirement:
        reader.requirements(path)
    lines = [
        *map(RequirementLine, options.requirements),
        *(RequirementLine(text, editable=True) for text in options.editable),
        *reader.inputs.requirements,
    ]
    return new_requirements(lines, lambda: workshop.references, project.folder)


def _with(parts: "Parts", place: "Place") -> "Parts":
    """The parts that the lock holds, with the one that was added to."""
    from dataclasses import replace

    from bodega.formats.names import normalize

    name = frozenset({normalize(place.name)})
    if place.kind == "extra":
        return replace(parts, extras=parts.extras | name)
    if place.kind == "group":
        return replace(parts, groups=parts.groups | name)
    return replace(parts, dependencies=True)
