"""``bodega verify``: the store against its digests."""

import sys

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    parser = Parser("verify", "Check every file of the store, bytecode too, against its digest.")
    add_environment(parser)
    options = parser.parse_args(arguments)
    checked = workshop_for(options).store.verify()
    if options.json:
        print_json(
            {"version": 1, "damage": [{"wheel": d.of, "path": d.path, "why": d.why} for d in checked.damage]}
        )
    else:
        sys.stdout.writelines(f"{damage.path}: {damage.why} (of {damage.of})\n" for damage in checked.damage)
    say(options, "the store is as it was made" if not checked.damage else f"{len(checked.damage)} damaged")
    return 1 if checked.damage else 0
