"""``bodega rollback``: an environment as it was before."""

import time

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_changing, add_environment, add_index, print_report, say, workshop_for

_DESCRIPTION = (
    "Make an environment what it was, in one step, from the store and without the network. A rollback is a "
    "change too: the next one undoes it."
)


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.steps < 1 or (options.to is not None and options.steps != 1):
        raise UsageError("rollback takes STEPS from 1 on, or --to NUMBER, not both")
    started = time.monotonic()
    from bodega.installer.commands.past import Back, rollback

    workshop = workshop_for(options)
    back = Back(
        steps=options.steps, number=options.to, offline=bool(options.offline), dry_run=options.dry_run
    )
    try:
        report = rollback(back, workshop, lambda text: say(options, f"note: {text}"))
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_report(report, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("rollback", _DESCRIPTION)
    parser.add_argument(
        "steps", nargs="?", type=int, default=1, metavar="STEPS", help="how many changes (default: 1)"
    )
    parser.add_argument("--to", type=int, metavar="NUMBER", help="the entry of `bodega history` to go to")
    add_environment(parser)
    add_index(parser)
    add_changing(parser)
    return parser
