"""``bodega diff``: what differs between an environment now, earlier, and a lock."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.colour import paint
from bodega.cli.installing import add_environment, print_json, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.history import Entry, Present

_DESCRIPTION = (
    "Say what differs between two states of an environment: an entry of `bodega history` by its number, "
    "`now`, or a lock file by its path. Without any: what the last change changed."
)
_NOW = "now"


def run(arguments: list[str]) -> int:
    """Run the command; 0 whether or not something differs."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.past import differences, differences_by_version, past_of

    workshop = workshop_for(options)
    entries = past_of(workshop.interpreter())
    first, second = _sides(options, entries)
    before, after = (_there(side, entries, workshop) for side in (first, second))
    compare = differences_by_version if any(map(_is_lock, (first, second))) else differences
    changes = compare(before, after)
    if options.json:
        rows = [{"name": one.name, "before": one.before, "after": one.after} for one in changes]
        print_json({"version": 1, "from": first, "to": second, "changes": rows})
        return 0
    for one in changes:
        if one.before is None:
            line = paint(f"+ {one.name} {one.after}", "green", sys.stdout)
        elif one.after is None:
            line = paint(f"- {one.name} {one.before}", "red", sys.stdout)
        elif one.before == one.after:
            line = paint(f"~ {one.name} {one.after} (put there anew)", "yellow", sys.stdout)
        else:
            line = paint(f"~ {one.name} {one.before} -> {one.after}", "yellow", sys.stdout)
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    if not changes:
        say(options, f"nothing differs between {first} and {second}")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("diff", _DESCRIPTION)
    parser.add_argument("first", nargs="?", metavar="FROM", help="default: before the last change")
    parser.add_argument("second", nargs="?", metavar="TO", help="default: now")
    add_environment(parser)
    return parser


def _sides(options: Namespace, entries: "list[Entry]") -> tuple[str, str]:
    if options.first is not None:
        # What a lock would change is asked for, not what was changed since it.
        if options.second is None and _is_lock(options.first):
            return _NOW, options.first
        return options.first, options.second or _NOW
    return (str(entries[-2].number) if len(entries) > 1 else _NOW), _NOW


def _there(side: str, entries: "list[Entry]", workshop: "Workshop") -> "tuple[Present, ...]":
    from bodega.installer.commands.past import entry_of, from_selected

    if side == _NOW:
        return entries[-1].distributions if entries else ()
    if not _is_lock(side):
        return entry_of(entries, int(side)).distributions
    from bodega.installer.locking.select import select_from_lock

    return tuple(from_selected(select_from_lock(side, workshop.interpreter().target, workshop.computed)))


def _is_lock(side: str) -> bool:
    return side != _NOW and not side.isdecimal()
