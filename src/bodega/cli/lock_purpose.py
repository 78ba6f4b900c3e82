"""What a project's lock is for stays when it is made again: its environments, its extras and groups."""

import os
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from bodega.cli.installing import say
from bodega.cli.project_options import parts_of
from bodega.cli.universal import is_universal

if TYPE_CHECKING:
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.locked_versions import EarlierLock

#: Options that say which parts are meant.
_PARTS = ("extra", "group", "only_group", "all_extras", "all_groups", "no_default_groups", "with_project")


def add_letting_go(parser: ArgumentParser) -> None:
    """Options that let go of what the lock is for now."""
    group = parser.add_argument_group("what the lock was for until now")
    group.add_argument(
        "--no-universal",
        action="store_true",
        help="not the environments of the lock that is there: the one at hand, or the project's settings",
    )
    group.add_argument(
        "--default-parts",
        action="store_true",
        help="not the extras and groups of the lock that is there: dependencies and default groups",
    )


def keep_environments(options: Namespace, project: "Pyproject", workshop: "Workshop") -> None:
    """Where neither options nor settings name environments, take those of the lock; raises LockError."""
    if options.no_universal or is_universal(options, project):
        return
    lock = _lock_there(options, workshop)
    platforms, pythons = (list(lock.platforms), list(lock.pythons)) if lock is not None else ([], [])
    if platforms or pythons:
        options.platforms, options.pythons = platforms, pythons
        named = ", ".join([*platforms, *(f"Python {one}" for one in pythons)])
        if not options.check:
            say(options, f"note: for {named}, as the lock is; --no-universal lets go of that")


def parts_or_kept(options: Namespace, project: "Pyproject", workshop: "Workshop") -> "Parts":
    """The parts that options ask for; where they say nothing those of the lock; raises LockError."""
    asked = parts_of(options)
    if options.default_parts or any(getattr(options, name) for name in _PARTS):
        return asked
    from bodega.installer.commands.project_request import parts_from

    lock = _lock_there(options, workshop)
    return parts_from(lock.parts).within(project) if lock is not None and lock.parts else asked


def _lock_there(options: Namespace, workshop: "Workshop") -> "EarlierLock | None":
    """What the lock says that is there; a broken one says nothing to ``--upgrade``."""
    from bodega.installer.locking.errors import LockError
    from bodega.installer.locking.locked_versions import earlier_lock

    if options.output == "-" or not os.path.exists(options.output):
        return None
    try:
        return earlier_lock(options.output, workshop.computed)
    except LockError:
        if options.upgrade:
            return None
        raise
