"""``bodega download``: the files that an install would take, into a folder."""

import sys
from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.choosing import resolve_request
from bodega.cli.install import requested
from bodega.cli.installing import add_environment, add_index, print_json, say, workshop_for
from bodega.cli.pip_options import add_asked, add_building, add_selection, add_target

if TYPE_CHECKING:
    from bodega.installer.commands.download import Saved


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.download import download

    request = requested(options, "download")
    workshop = workshop_for(options)
    try:
        saved = download(request, resolve_request(options, request), workshop, options.dest)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_saved(saved, options, options.dest)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("download", "Save what an install would take, as files in a folder.", pip=True)
    add_asked(parser)
    parser.add_argument(
        "-d",
        "--dest",
        "--destination-dir",
        "--destination-directory",
        default=".",
        metavar="DIR",
        help="the folder (default: this one)",
    )
    add_common(parser)
    add_target(parser)
    # Nothing is changed: it is for bodega's own interpreter where no environment is found.
    parser.set_defaults(own_interpreter=True)
    return parser


def add_common(parser: Parser) -> None:
    """Options that download and wheel share."""
    parser.add_argument(
        "--only-deps",
        "--only-dependencies",
        action="store_true",
        help="what they require alone, not they themselves",
    )
    add_selection(parser)
    add_index(parser)
    add_building(parser)
    add_environment(parser)


def print_saved(saved: "Sequence[Saved]", options: Namespace, folder: str) -> None:
    """The files that are in the folder now."""
    if options.json:
        rows = [
            {"name": one.name, "version": one.version, "filename": one.filename, "was_there": one.was_there}
            for one in saved
        ]
        print_json({"version": 1, "folder": folder, "files": rows})
        return
    if not options.quiet:
        sys.stdout.writelines(
            f"{folder}/{one.filename}{' (was there)' if one.was_there else ''}\n" for one in saved
        )
    sys.stdout.flush()
    say(options, f"{len(saved)} files in {folder}")
