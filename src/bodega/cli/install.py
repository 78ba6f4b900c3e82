"""``bodega install``: pip's words with pip's meaning."""

import os
import time

from bodega.cli.arguments import Parser
from bodega.cli.installing import (
    add_building,
    add_changing,
    add_environment,
    add_index,
    print_report,
    workshop_for,
)


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.install import InstallOptions, install
    from bodega.installer.commands.request import Files, read_request

    request = read_request(
        "install",
        options.requirements,
        files=Files(options.requirement, options.constraint),
        environment=os.environ,
        flags=frozenset({"require_hashes"} if options.require_hashes else ()),
    )
    if not options.index_url:
        options.index_url = next(iter(request.options.get("index_url", ())), None)
    options.extra_index_url += request.options.get("extra_index_urls", ())
    workshop = workshop_for(options)
    chosen = InstallOptions(
        upgrade=options.upgrade,
        eager=options.upgrade_strategy == "eager",
        force_reinstall=options.force_reinstall,
        dependencies=not options.no_deps,
        prereleases=options.pre,
        dry_run=options.dry_run,
        strategy=options.resolution,
    )
    try:
        report = install(request, chosen, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_report(report, options, seconds=time.monotonic() - started)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("install", "Install projects into an environment, with all that they require.")
    parser.add_argument(
        "requirements", nargs="*", metavar="REQUIREMENT", help="such as requests or 'flask>=3'"
    )
    parser.add_argument("-r", "--requirement", action="append", default=[], help="a requirements file")
    parser.add_argument(
        "-c", "--constraint", action="append", default=[], help="a file that narrows versions"
    )
    parser.add_argument(
        "-U", "--upgrade", action="store_true", help="take the newest versions of what is named"
    )
    parser.add_argument("--upgrade-strategy", choices=("only-if-needed", "eager"), default="only-if-needed")
    parser.add_argument("--force-reinstall", action="store_true", help="install anew what is there already")
    parser.add_argument("--no-deps", action="store_true", help="leave out what they require")
    parser.add_argument("--pre", action="store_true", help="take pre-releases too")
    parser.add_argument("--require-hashes", action="store_true", help="every requirement must give a hash")
    parser.add_argument("--resolution", choices=("highest", "lowest", "lowest-direct"), default="highest")
    add_environment(parser)
    add_index(parser)
    add_building(parser)
    add_changing(parser)
    return parser
