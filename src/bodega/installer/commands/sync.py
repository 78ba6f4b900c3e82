"""Sync: the environment becomes the lock, exactly."""

from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import scan
from bodega.installer.environments.plan import plan
from bodega.installer.locking.lock_file import newer_minor
from bodega.installer.locking.select import select_from_lock


def sync(lock: str, workshop: Workshop, *, dry_run: bool = False, exact: bool = True) -> Report:
    """Install what the lock has and, where that is to be ``exact``, remove what it has not.

    What its index says of it today is asked first (``rechecked``). Raises LockError, and what changing does.
    """
    interpreter = workshop.interpreter()
    selected = select_from_lock(lock, interpreter.target, workshop.computed)
    installed = scan(interpreter)
    if any(one.reference is not None for one in selected):
        from bodega.installer.commands.following import followed  # noqa: PLC0415 - few locks have such

        selected = followed(selected, installed, workshop)
    # Folders may have changed under one version; what has a digest or a commit has not.
    again = {one.name for one in selected if one.source is not None and one.source.path and not one.hashes}
    wanted = plan(selected, installed, reinstall=again, exact=exact)
    remarks = newer_minor(lock)
    if wanted.install:
        from bodega.installer.commands.rechecked import rechecked  # noqa: PLC0415 - not where all is there

        wanted, told = rechecked(wanted, workshop)
        remarks = (*remarks, *told)
    if dry_run:
        return report_of(wanted, is_dry_run=True, remarks=remarks)
    return change(wanted, interpreter, workshop, remarks=remarks)
