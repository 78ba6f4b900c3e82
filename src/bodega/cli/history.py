"""``bodega history``: what changed an environment, and when."""

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_environment, print_json, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.report import Change
    from bodega.installer.environments.history import Entry

_DESCRIPTION = (
    "Show what changed an environment, the newest first: by which command line, or that it was another "
    "installer. `bodega rollback` goes back to any of it, `bodega diff` compares."
)
_OTHERS = {
    "found": "what was there before bodega's first change",
    "foreign": "changed by another installer",
}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.number is not None and options.number < 1:
        raise UsageError("-n takes a number from 1 on")
    from bodega.installer.commands.past import past_of

    told = list(_with_changes(past_of(workshop_for(options).interpreter())))[::-1]
    shown = told[: options.number]
    if options.json:
        print_json({"version": 1, "entries": [_document(entry, changes) for entry, changes in shown]})
        return 0
    for entry, changes in shown:
        time = entry.time.replace("T", " ").rstrip("Z")
        sys.stdout.write(f"{entry.number:>4}  {time}  {_counts(changes):<10}  {words_of(entry)}\n")
    if not shown:
        say(options, "no history: there is nothing in the environment")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("history", _DESCRIPTION)
    parser.add_argument("-n", "--number", type=int, metavar="N", help="the last N entries only")
    add_environment(parser)
    return parser


def words_of(entry: "Entry") -> str:
    """Who made an entry: the command line, or that it was not bodega."""
    from shlex import join

    return _OTHERS[entry.kind] if entry.kind in _OTHERS else f"bodega {join(entry.command)}"


def _with_changes(entries: "Iterable[Entry]") -> "Iterator[tuple[Entry, list[Change]]]":
    from bodega.installer.commands.past import differences

    before: Entry | None = None
    for entry in entries:
        yield entry, differences(before.distributions if before else (), entry.distributions)
        before = entry


def _counts(changes: "list[Change]") -> str:
    counts = {
        "+": sum(change.before is None for change in changes),
        "~": sum(None not in (change.before, change.after) for change in changes),
        "-": sum(change.after is None for change in changes),
    }
    return " ".join(f"{sign}{count}" for sign, count in counts.items() if count) or "="


def _document(entry: "Entry", changes: "list[Change]") -> dict[str, object]:
    return {
        "number": entry.number,
        "time": entry.time,
        "kind": entry.kind,
        "bodega": entry.bodega,
        "command": list(entry.command),
        "changes": [{"name": one.name, "before": one.before, "after": one.after} for one in changes],
        "distributions": [
            {"name": one.name, "version": one.version, "sha256": one.sha256, "requested": one.requested}
            for one in entry.distributions
        ],
    }
