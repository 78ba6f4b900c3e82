"""``bodega cache``: what the store keeps of indexes' answers and of wheels, listed and removed."""

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bodega.cli.acts import add_acts
from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.store.store import Store

_ACTS = {
    "dir": "Print the folder of the store.",
    "info": "Say how much is kept, and where.",
    "list": "List the wheels that are kept.",
    "remove": "Remove kept wheels; what is installed stays.",
    "purge": "Remove all kept wheels and answers of indexes; what is installed stays.",
}
_PATTERN = "a project, or a glob over file names"
_THOUSAND = 1000


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    store = workshop_for(options).store
    if options.act == "dir":
        _print(options, {"dir": store.layout.root}, store.layout.root)
    elif options.act == "info":
        _info(options, store)
    elif options.act == "list":
        _list(options, store)
    else:
        _remove(options, store)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("cache", "Look at and empty what the store keeps beside what environments are made of.")
    acts = add_acts(parser)
    for act, words in _ACTS.items():
        one = acts.add_parser(act, description=words)
        if act == "remove":
            one.add_argument("pattern", metavar="PATTERN", help=_PATTERN)
        elif act == "list":
            one.add_argument("pattern", metavar="PATTERN", help=_PATTERN, nargs="?", default="*")
            one.add_argument("--format", choices=("human", "abspath"), default="human")
        add_environment(one)
    return parser


def _info(options: Namespace, store: "Store") -> None:
    from bodega.installer.commands.cached import kept_answers, kept_wheels

    answers, wheels = kept_answers(store), kept_wheels(store)
    layout = store.layout
    document = {
        "dir": layout.root,
        "answers": {"files": len(answers), "bytes": sum(one.size for one in answers)},
        "wheels": {"dir": layout.wheels, "files": len(wheels), "bytes": sum(one.size for one in wheels)},
    }
    words = (
        f"Store: {layout.root}\n"
        f"Answers of indexes: {len(answers)} files, {_size(sum(one.size for one in answers))}\n"
        f"Wheels kept: {len(wheels)} files, {_size(sum(one.size for one in wheels))}, in {layout.wheels}"
    )
    _print(options, document, words)


def _list(options: Namespace, store: "Store") -> None:
    from bodega.installer.commands.cached import kept_wheels

    found = kept_wheels(store, options.pattern)
    rows = [{"filename": one.filename, "path": one.path, "bytes": one.size} for one in found]
    if options.format == "abspath":
        words = "\n".join(sorted(one.path for one in found))
    elif found:
        words = "\n".join(
            ["Cache contents:", "", *(f" - {one.filename} ({_size(one.size)})" for one in found)]
        )
    else:
        words = "No wheels are kept."
    _print(options, {"wheels": rows}, words)


def _remove(options: Namespace, store: "Store") -> None:
    from bodega.installer.commands.cached import EVERYTHING, remove

    pattern = EVERYTHING if options.act == "purge" else options.pattern
    removed = remove(store, pattern)
    if not removed.files:
        say(options, "warning: nothing was kept" + (f" that fits {pattern}" if pattern != EVERYTHING else ""))
    document = {"files": removed.files, "bytes": removed.size}
    _print(options, document, f"Files removed: {removed.files} ({_size(removed.size)})")


def _print(options: Namespace, document: dict[str, Any], words: str) -> None:
    if options.json:
        print_json({"version": 1, **document})
    elif words:
        sys.stdout.write(words + os.linesep)


def _size(count: int) -> str:
    """As pip writes sizes: ``12 bytes``, ``1.5 kB``, ``12.3 MB``."""
    if count > _THOUSAND**2:
        return f"{count / _THOUSAND**2:.1f} MB"
    if count > 10 * _THOUSAND:
        return f"{count // _THOUSAND} kB"
    return f"{count / _THOUSAND:.1f} kB" if count > _THOUSAND else f"{count} bytes"
