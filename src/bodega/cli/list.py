"""``bodega list``: what is installed, and what of it is out of date."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_environment, add_index, workshop_for
from bodega.cli.pip_options import add_selection
from bodega.cli.scope import add_exclude, add_scope, chosen_by, found_for, without_excluded

if TYPE_CHECKING:
    from bodega.installer.commands.listed import Latest
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.inventory import Found


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.outdated and options.format == "freeze":
        raise UsageError("--format freeze cannot stand with --outdated")
    workshop = workshop_for(options)
    found = found_for(options, workshop.interpreter)
    if options.not_required:
        from bodega.formats.markers import Markers
        from bodega.installer.commands.listed import not_required

        found = not_required(found, Markers(workshop.interpreter().target.markers))
    found = without_excluded(options, found)
    newest = _newest(options, workshop, found) if options.outdated or options.uptodate else None
    if newest is not None:
        found = [one.found for one in newest]
    if options.json or options.format == "json":
        _print_json(options, found, newest)
    elif options.format == "freeze":
        sys.stdout.writelines(f"{_as_freeze(options, one)}\n" for one in found)
    elif found:
        _print_columns(_rows(options, found, newest))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("list", "List what is installed in an environment.", pip=True)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "-o", "--outdated", action="store_true", help="only what an index has a newer version of"
    )
    which.add_argument("-u", "--uptodate", action="store_true", help="only what is as new as on the index")
    parser.add_argument("-e", "--editable", action="store_true", help="only what is installed editable")
    add_scope(parser)
    parser.add_argument("--format", choices=("columns", "freeze", "json"), default="columns")
    parser.add_argument("--not-required", action="store_true", help="only what nothing installed requires")
    add_exclude(parser)
    parser.add_argument(
        "--include-editable",
        dest="exclude_editable",
        action="store_false",
        help="list editables (the default)",
    )
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    return parser


def _newest(options: Namespace, workshop: "Workshop", found: "Sequence[Found]") -> "list[Latest]":
    from bodega.installer.commands.listed import latest

    finder, releases = chosen_by(options, workshop)
    newest = latest(found, workshop.reader, finder, releases)
    return [one for one in newest if (one.is_newer if options.outdated else one.is_same)]


def _print_json(options: Namespace, found: "Sequence[Found]", newest: "Sequence[Latest] | None") -> None:
    import json

    rows: list[dict[str, Any]] = []
    for number, one in enumerate(found):
        here = one.distribution
        row: dict[str, Any] = {"name": here.typed_name, "version": _version(one)}
        if options.verbose:
            row |= {"location": here.site, "installer": here.installer}
        if newest is not None and options.outdated:
            latest = newest[number]
            row |= {"latest_version": latest.version, "latest_filetype": latest.filetype}
        if one.editable_at:
            row["editable_project_location"] = one.editable_at
        rows.append(row)
    sys.stdout.write(json.dumps(rows) + "\n")


def _as_freeze(options: Namespace, one: "Found") -> str:
    here = one.distribution
    place = f" ({here.site})" if options.verbose else ""
    version = _version(one)
    return f"{here.typed_name}=={version}{place}"


def _version(one: "Found") -> str:
    """As PEP 440 spells it; a version of before stays as it is."""
    from bodega.formats.version_order import normalized

    return normalized(one.distribution.typed_version) or one.distribution.typed_version


def _rows(
    options: Namespace, found: "Sequence[Found]", newest: "Sequence[Latest] | None"
) -> list[tuple[str, ...]]:
    columns: list[tuple[str, list[str]]] = [
        ("Package", [one.distribution.typed_name for one in found]),
        ("Version", [one.distribution.typed_version for one in found]),
    ]
    if newest is not None and options.outdated:
        columns.append(("Latest", [one.version for one in newest]))
        columns.append(("Type", [one.filetype for one in newest]))
    builds = [_build(one) for one in found]
    if any(builds):
        columns.append(("Build", builds))
    if any(one.editable_at is not None for one in found):
        columns.append(("Editable project location", [one.editable_at or "" for one in found]))
    if options.verbose:
        columns.append(("Location", [one.distribution.site for one in found]))
        columns.append(("Installer", [one.distribution.installer for one in found]))
    return [tuple(title for title, _ in columns), *zip(*(cells for _, cells in columns), strict=True)]


def _build(one: "Found") -> str:
    from bodega.formats.wheel_file import headers

    return next((value for name, value in headers(one.distribution.wheel_file) if name == "build"), "")


def _print_columns(rows: "Sequence[tuple[str, ...]]") -> None:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    ruled = [rows[0], tuple("-" * width for width in widths), *rows[1:]]
    for row in ruled:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        sys.stdout.write(" ".join(cells).rstrip() + "\n")
