"""``bodega sync``: the environment becomes the lock, exactly."""

import os
import time
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import (
    add_changing,
    add_environment,
    add_index,
    input_reader_for,
    print_report,
    workshop_for,
)
from bodega.cli.pip_options import FormatAction, add_target

if TYPE_CHECKING:
    from bodega.installer.commands.request import Request
    from bodega.installer.locking.lock_choice import PartsChoice

_PIPFILE = "Pipfile.lock"
_EXAMPLES = """examples:
  bodega sync                          to ./pylock.toml
  bodega sync --dry-run --platform windows-x86_64 --python-version 3.12
                                       what it would be elsewhere
  bodega sync uv.lock                  to the lock of uv; poetry.lock, pdm.lock, Pipfile.lock too
  bodega sync requirements.txt         to a requirements file that pins all it names"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    request = None if _is_lock(options.lock) else _pinned(options)
    if options.locked and _is_stale(options):
        return 1
    _take_pins(options)
    workshop = workshop_for(options)
    try:
        if request is None:
            from bodega.installer.commands.sync import sync

            report = sync(options.lock, workshop, _choice(options), dry_run=options.dry_run)
        else:
            from bodega.installer.commands.sync_requirements import Pinned, sync_requirements
            from bodega.installer.locking.format_control import format_control

            formats = format_control(options.formats, prefer_binary=options.prefer_binary)
            pinned = Pinned(path=options.lock, request=request, formats=formats, dry_run=options.dry_run)
            report = sync_requirements(pinned, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_report(report, options, seconds=time.monotonic() - started)
    return 0


def _is_stale(options: Namespace) -> bool:
    """Whether a lock is not what the project beside it asks for, which is said; raises as ``lock`` does."""
    beside = os.path.join(os.path.dirname(os.path.abspath(options.lock)), "pyproject.toml")
    if not (options.lock.endswith(".toml") and os.path.isfile(beside)):
        raise UsageError(
            f"--locked holds a pylock.toml against the project beside it, and {options.lock} is not such"
        )
    from bodega.cli.lock import check_beside

    return check_beside(options, options.lock) != 0


def _take_pins(options: Namespace) -> None:
    """What the project beside a lock binds to one index is asked for nowhere else; raises as reading it."""
    path = os.path.join(os.path.dirname(os.path.abspath(options.lock)), "pyproject.toml")
    try:
        with open(path, "rb") as file:
            is_bound = b"sources" in file.read()
    except OSError:
        return
    if is_bound:
        from bodega.cli.project_options import take_pins
        from bodega.installer.inputs.project_file import read_project

        project = read_project(path)
        if project.settings.sources:
            from bodega.cli.project_indexes import heed_project

            heed_project(options, project, bound_only=True)
        take_pins(options, project)


def _choice(options: Namespace) -> "PartsChoice":
    from bodega.formats.names import project_name
    from bodega.installer.locking.lock_choice import PartsChoice

    if os.path.basename(options.lock).endswith(".lock") and (options.all_extras or options.all_groups):
        raise UsageError("name the extras and groups", why="only a pylock.toml says which there are")
    return PartsChoice(
        extras=frozenset(project_name(name).normalized for name in options.extra),
        groups=frozenset(project_name(name).normalized for name in options.group),
        all_extras=options.all_extras,
        all_groups=options.all_groups,
        default_groups=not options.no_default_groups,
        wheels_only=(("only-binary", ":all:") in options.formats),
    )


def _is_lock(path: str) -> bool:
    """Whether a file says which files to install; requirements leave that to the index."""
    name = os.path.basename(path)
    return name.endswith((".toml", ".lock")) and name != _PIPFILE


def _pinned(options: Namespace) -> "Request":
    from bodega.cli.install import take_in
    from bodega.installer.commands.request import Files, read_request

    read = input_reader_for(options)
    _refuse_parts(options)
    if os.path.basename(options.lock) == _PIPFILE:
        from bodega.installer.inputs.pipfile_lock import pipfile_requirements

        text = pipfile_requirements(read(options.lock), options.lock)
        files = Files(requirements=(options.lock,), read=lambda _path: text.encode())
    else:
        files = Files(requirements=(options.lock,), read=read)
    request = read_request("sync", (), files=files, environment=os.environ)
    take_in(options, request)
    return request


def _refuse_parts(options: Namespace) -> None:
    for name in ("extra", "all_extras", "group", "all_groups", "no_default_groups"):
        if getattr(options, name):
            raise UsageError(
                f"--{name.replace('_', '-')} cannot be used here",
                why="a requirements file has no extras and no groups to choose from",
            )


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "sync", "Make an environment equal to a lock: install what it has, remove what it has not."
    )
    parser.add_argument(
        "lock", nargs="?", default="pylock.toml", metavar="FILE", help="default: ./%(default)s"
    )
    _add_parts(parser)
    parser.add_argument(
        "--locked",
        action="store_true",
        help="do nothing, and exit with 1, where the lock is stale against pyproject.toml beside it",
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
    add_target(parser)
    parser.add_argument(
        "--only-binary",
        action=FormatAction,
        dest="formats",
        default=[],
        metavar=":all:",
        help="take wheels alone; what would have to be built is refused",
    )
    parser.epilog = _EXAMPLES
    # What requirements files may set, and this command has no options for.
    parser.set_defaults(formats=[], prefer_binary=False, whole_target=True)
    return parser


def _add_parts(parser: Parser) -> None:
    group = parser.add_argument_group("which parts of the lock")
    group.add_argument("--extra", action="append", default=[], metavar="EXTRA", help="this extra, too")
    group.add_argument("--all-extras", action="store_true", help="every extra")
    group.add_argument(
        "--group", action="append", default=[], metavar="GROUP", help="this dependency group, too"
    )
    group.add_argument("--all-groups", action="store_true", help="every dependency group")
    group.add_argument(
        "--no-default-groups", action="store_true", help="without the groups that are taken by themselves"
    )
