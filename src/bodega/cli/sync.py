"""``bodega sync``: the environment becomes the lock, exactly."""

import time

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_changing, add_environment, add_index, print_report, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.sync import sync

    workshop = workshop_for(options)
    try:
        report = sync(options.lock, workshop, dry_run=options.dry_run)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_report(report, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "sync", "Make an environment equal to a lock: install what it has, remove what it has not."
    )
    parser.add_argument(
        "lock", nargs="?", default="pylock.toml", metavar="FILE", help="default: ./%(default)s"
    )
    policy = parser.add_mutually_exclusive_group()
    policy.add_argument(
        "--lock-policy",
        choices=("strict", "refuse", "warn", "ignore"),
        help="what to do about releases that were yanked, denied or quarantined since: BODEGA_LOCK_POLICY",
    )
    policy.add_argument(
        "--strict", dest="lock_policy", action="store_const", const="strict", help="--lock-policy strict"
    )
    add_environment(parser)
    add_index(parser)
    add_changing(parser)
    return parser
