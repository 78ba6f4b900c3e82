"""``bodega release yank|unyank|delete|promote``: the life of a release."""

import sys
from argparse import Namespace
from collections.abc import Mapping
from typing import Any

from bodega.cli.acts import add_acts, print_json
from bodega.cli.arguments import Parser, UsageError
from bodega.cli.managing import add_place, managed

_DESCRIPTION = "Yank, delete and promote releases of an index's own projects."
_DONE = {
    "yank": ("yanked", "was yanked so before"),
    "unyank": ("no longer yanked", "was not yanked"),
    "delete": ("deleted", ""),
    "promote": ("promoted", "was there before"),
}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.act == "delete" and not options.yes and not _is_meant(options):
        sys.stderr.write("nothing was deleted\n")
        return 1
    with managed(options) as management:
        change = management.run(f"{options.act}_release", _values(options))
    if options.json:
        print_json(change)
    else:
        sys.stderr.write(_words(options.act, change))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("release", _DESCRIPTION)
    acts = add_acts(parser)
    yank = acts.add_parser("yank", description="Let installers choose a release by an exact pin alone.")
    unyank = acts.add_parser("unyank", description="Take a yank back.")
    delete = acts.add_parser("delete", description="Delete a release for good; its file names stay used.")
    promote = acts.add_parser("promote", description="Publish a release in another index too.")
    for act in (yank, unyank, delete, promote):
        act.add_argument("project", help="the project")
        act.add_argument("version", help="the version; 1.0 is 1.0.0")
        act.add_argument("--index", default="main", help="the index (default: %(default)s)")
        # Only a deletion asks; scripts need not know which act does.
        act.add_argument("--yes", action="store_true", help="do not ask")
        add_place(act)
    for act in (yank, unyank, delete):
        act.add_argument("--file", metavar="FILENAME", help="this file of the release alone")
    for act in (yank, delete):
        act.add_argument("--reason", help="why")
    promote.add_argument("--to", required=True, metavar="INDEX", help="the other index")
    return parser


def _values(options: Namespace) -> dict[str, Any]:
    given = {
        name: getattr(options, name, None) for name in ("index", "project", "version", "reason", "file", "to")
    }
    return {name: value for name, value in given.items() if value is not None}


def _is_meant(options: Namespace) -> bool:
    """Ask on a terminal; raises UsageError where there is nobody to ask."""
    if not sys.stdin.isatty() or options.json:
        raise UsageError(
            f"{options.project} {options.version} is not deleted without being sure",
            why="there is no terminal to ask on; add --yes",
        )
    what = options.file or f"all files of {options.project} {options.version}"
    sys.stderr.write(f"delete {what} from the index {options.index}, for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _words(act: str, change: Mapping[str, Any]) -> str:
    done, before = _DONE[act]
    release = f"{change['project']} {change['version']}"
    if not change["files"]:
        return f"{release} {before}: nothing changed in the index {change['index']}\n"
    files = "\n".join(f"  {name}" for name in change["files"])
    where = "to" if act == "promote" else "in"
    return f"{release} is {done} {where} the index {change['index']}:\n{files}\n"
