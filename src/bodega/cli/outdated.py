"""``bodega outdated``: what is newer than what is locked or installed, and what keeps it out."""

import sys
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.colour import paint
from bodega.cli.graph_source import add_source, graph_for, lock_here
from bodega.cli.installing import add_environment, add_index, print_json, say, workshop_for
from bodega.cli.pip_options import add_selection
from bodega.cli.project_options import settle_for
from bodega.cli.scope import chosen_by

if TYPE_CHECKING:
    from bodega.installer.commands.outdated import Outdated

_HEAD = ("Project", "Current", "Allowed", "Newest", "")


def run(arguments: list[str]) -> int:
    """Run the command; 0 whether or not something is outdated."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.outdated import outdated

    settle_for(options)
    if options.lock is None and not options.environment:
        options.lock = lock_here()
    options.own_interpreter = options.lock is not None
    workshop = workshop_for(options)
    try:
        graph, source = graph_for(options, workshop)
        finder, releases = chosen_by(options, workshop)
        found = outdated(graph, workshop.reader, finder, releases)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if options.json:
        print_json({"version": 1, "source": source, "outdated": [_row(one) for one in found]})
        return 0
    _print(found)
    say(options, f"{len(found)} of {len(graph.packages)} in {source} have newer releases")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "outdated",
        "Show what has newer releases: what is there, the newest that the requirements on it allow, and the "
        "newest of all, with what keeps that out. Of the lock in this folder if there is one, else of the "
        "environment. A newest marked with ! may break what uses it.",
    )
    parser.add_argument("--environment", action="store_true", help="of the environment, also beside a lock")
    add_source(parser)
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    parser.set_defaults(resolution=None)
    return parser


def _print(found: "list[Outdated]") -> None:
    rows = [_HEAD, *((*_cells(one), "") for one in found)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row, one in zip(rows, (None, *found), strict=True):
        if len(rows) == 1:
            return
        cells = [cell.ljust(width) for cell, width in zip(row[:4], widths, strict=True)]
        if one is not None:
            cells[3] = paint(cells[3], "red" if one.breaks else "yellow", sys.stdout)
        first, *others = [words for _, words in one.reasons] if one is not None and one.reasons else [""]
        sys.stdout.write(f"{'  '.join([*cells, first]).rstrip()}\n")
        for words in others:
            sys.stdout.write(f"{' ' * (sum(widths) + 8)}{words}\n")
    sys.stdout.flush()


def _cells(one: "Outdated") -> tuple[str, str, str, str]:
    return one.name, one.current, one.allowed, f"{one.newest}{' !' if one.breaks else ''}"


def _row(one: "Outdated") -> dict[str, object]:
    return {
        "name": one.name,
        "current": one.current,
        "allowed": one.allowed,
        "newest": one.newest,
        "breaks": one.breaks,
        "reasons": [{"reason": reason, "detail": detail} for reason, detail in one.reasons],
    }
