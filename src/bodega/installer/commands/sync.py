"""Sync: the environment becomes the lock, exactly."""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import Installed, scan
from bodega.installer.environments.plan import Plan, plan
from bodega.installer.indexes.places import file_url
from bodega.installer.locking.lock_choice import NOTHING_SAID, PartsChoice
from bodega.installer.locking.lock_file import newer_minor
from bodega.installer.locking.select import select_from_lock


def sync(
    lock: str,
    workshop: Workshop,
    choice: PartsChoice = NOTHING_SAID,
    *,
    dry_run: bool = False,
    gone: Collection[str] | None = None,
) -> Report:
    """Install what the lock has for a choice of extras and groups, and remove what it has not.

    The project itself, installed from the lock's own folder, stays. ``gone`` names what alone is removed
    where the lock has it not, such as what an earlier lock had. What its index says of it today
    is asked first (``rechecked``). Raises LockError, and what changing does.
    """
    interpreter = workshop.interpreter()
    selected = select_from_lock(lock, interpreter.target, workshop.computed, choice)
    installed, locked = scan(interpreter), selected
    if any(one.reference is not None for one in selected):
        from bodega.installer.commands.following import followed  # noqa: PLC0415 - few locks have such

        selected = followed(selected, installed, workshop)
    # Folders may have changed under one version; what has a digest or a commit has not.
    again = {one.name for one in selected if one.source is not None and one.source.path and not one.hashes}
    wanted = plan(selected, installed, reinstall=again, exact=gone is None)
    wanted = replace(wanted, remove=(*_without_own(lock, wanted), *_gone(gone or (), wanted, installed)))
    remarks = newer_minor(lock)
    if wanted.install:
        # Not needed where all is there.
        from bodega.installer.commands.from_outside import told_from_outside  # noqa: PLC0415
        from bodega.installer.commands.rechecked import rechecked  # noqa: PLC0415

        outside = told_from_outside(lock, locked, {one.name for one in wanted.install})
        wanted, told = rechecked(wanted, workshop)
        remarks = (*remarks, *outside, *told)
    if dry_run:
        return report_of(wanted, is_dry_run=True, remarks=remarks)
    return change(wanted, interpreter, workshop, remarks=remarks)


def _without_own(lock: str, wanted: Plan) -> Iterator[Installed]:
    """Without what is installed from the folder that the lock lies in: the project which it is for."""
    own = file_url(os.path.dirname(os.path.abspath(lock)))
    replaced = {one.name for one in wanted.install}
    for one in wanted.remove:
        if one.name in replaced or (one.direct_url or {}).get("url") != own:
            yield one


def _gone(
    gone: Collection[str], wanted: Plan, installed: Mapping[NormalizedName, Installed]
) -> Iterator[Installed]:
    kept: set[str] = {one.name for one in wanted.install}
    kept |= {one.name for one in (*wanted.remove, *wanted.keep)}
    return (one for name, one in installed.items() if name in gone and name not in kept)
