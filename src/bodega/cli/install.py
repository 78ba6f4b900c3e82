"""``bodega install``: pip's words with pip's meaning."""

import os
import re
import sys
import time
from argparse import Namespace
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.choosing import excluded
from bodega.cli.installing import (
    add_changing,
    add_environment,
    add_index,
    input_reader_for,
    print_report,
    workshop_for,
)
from bodega.cli.pip_options import add_asked, add_building, add_place, add_selection, add_target

if TYPE_CHECKING:
    from bodega.installer.commands.install import InstallOptions
    from bodega.installer.commands.report import Report
    from bodega.installer.commands.request import Request
    from bodega.installer.commands.workshop import Workshop

#: How a lock may be named (PEP 751).
_LOCK_NAME = re.compile(r"pylock(\.[^.]+)?\.toml")
_EXAMPLES = """examples:
  bodega install requests 'flask>=3'         into the environment in use
  bodega install -r requirements.txt         what a file asks for
  bodega install -e '.[dev]'                 the project in this folder, in place"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    lock = _lock_of(options)
    request = requested(options, "install") if lock is None else None
    workshop = workshop_for(options)
    try:
        report = _installed(options, request, lock, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if report.description is not None:
        _write(options.report, report.description)
    if options.report != "-" or options.json:
        print_report(report, options, seconds=time.monotonic() - started)
    return 0


def _installed(
    options: Namespace, request: "Request | None", lock: str | None, workshop: "Workshop"
) -> "Report":
    if request is None:
        from bodega.installer.commands.sync import sync

        return sync(str(lock), workshop, dry_run=options.dry_run, gone=())
    from bodega.installer.commands.install import install

    return install(request, install_options(options, request), workshop)


def _lock_of(options: Namespace) -> str | None:
    """The lock that ``-r`` names, as pip takes one; it stands alone, as it says all."""
    locks = [path for path in options.requirement if _LOCK_NAME.fullmatch(os.path.basename(path))]
    if not locks:
        return None
    others = (options.requirements, options.editable, options.group, options.requirements_from_script)
    if len(options.requirement) > 1 or any(others):
        raise UsageError(f"{locks[0]} stands alone", why="a lock says all that is to be installed")
    return str(locks[0])


def parser() -> Parser:
    """The options."""
    parser = Parser("install", "Install projects into an environment, with all that they require.", pip=True)
    parser.epilog = _EXAMPLES
    add_asked(parser)
    group = parser.add_argument_group("what is there already")
    group.add_argument(
        "-U", "--upgrade", action="store_true", help="take the newest versions of what is named"
    )
    group.add_argument("--upgrade-strategy", choices=("only-if-needed", "eager"), default="only-if-needed")
    group.add_argument(
        "--force-reinstall", action="store_true", help="install anew, also what is there already"
    )
    group.add_argument(
        "-I", "--ignore-installed", action="store_true", help="as if nothing were there; what is, is replaced"
    )
    group.add_argument(
        "--only-deps",
        "--only-dependencies",
        action="store_true",
        help="what they require alone, not they themselves",
    )
    group.add_argument("--report", metavar="FILE", help="what was done, in pip's JSON; - for stdout")
    add_selection(parser)
    add_index(parser)
    add_building(parser)
    add_place(parser)
    add_target(parser)
    add_changing(parser)
    add_environment(parser)
    return parser


def _write(path: str, document: Mapping[str, object]) -> None:
    import json

    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if path == "-":
        sys.stdout.write(text)
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def requested(options: Namespace, command: str) -> "Request":
    """What the words and files of a command ask for; options of the files are taken into the command's."""
    from bodega.installer.commands.request import Files, read_request

    _refuse_contradictions(options)
    flags = {name for name in ("require_hashes", "no_require_hashes") if getattr(options, name)}
    request = read_request(
        command,
        options.requirements,
        files=Files(
            options.requirement,
            options.constraint,
            options.editable,
            options.group,
            options.requirements_from_script,
            options.override,
            input_reader_for(options),
        ),
        environment=os.environ,
        flags=frozenset(flags),
    )
    take_in(options, request)
    return request


def take_in(options: Namespace, request: "Request") -> None:
    """Take the options of requirements files into the command's."""
    said = request.options
    if not options.index_url:
        options.index_url = next(iter(reversed(said.get("index_url", ()))), None)
    options.extra_index_url = [*options.extra_index_url, *said.get("extra_index_urls", ())]
    options.find_links = [*options.find_links, *said.get("find_links", ())]
    options.trusted_host = [*options.trusted_host, *said.get("trusted_hosts", ())]
    options.no_index = options.no_index or "no_index" in request.flags
    options.prefer_binary = options.prefer_binary or "prefer_binary" in request.flags
    options.formats = [
        *options.formats,
        *(("no-binary", text) for text in said.get("no_binary", ())),
        *(("only-binary", text) for text in said.get("only_binary", ())),
    ]


def install_options(options: Namespace, request: "Request") -> "InstallOptions":
    """How to choose and install, by a command's options."""
    from bodega.installer.commands.install import InstallOptions
    from bodega.installer.locking.format_control import format_control
    from bodega.installer.locking.release_control import release_control

    return InstallOptions(
        upgrade=getattr(options, "upgrade", False),
        eager=getattr(options, "upgrade_strategy", "") == "eager",
        force_reinstall=getattr(options, "force_reinstall", False),
        ignore_installed=getattr(options, "ignore_installed", False),
        only_dependencies=getattr(options, "only_deps", False),
        dependencies=not options.no_deps,
        releases=release_control(options.releases, pre=options.pre or "pre" in request.flags),
        any_python=options.ignore_requires_python,
        dry_run=getattr(options, "dry_run", False),
        describe=getattr(options, "report", None) is not None,
        strategy=options.resolution,
        excluded=excluded(options),
        formats=format_control(options.formats, prefer_binary=options.prefer_binary),
    )


def _refuse_contradictions(options: Namespace) -> None:
    if options.pre and options.releases:
        raise UsageError("--pre cannot stand beside --all-releases and --only-final")
    if getattr(options, "only_deps", False) and (options.no_deps or options.requirement or options.group):
        raise UsageError("--only-deps cannot stand beside --no-deps, --requirement and --group")
    if options.require_hashes and options.no_require_hashes:
        raise UsageError("--require-hashes and --no-require-hashes cannot stand together")
