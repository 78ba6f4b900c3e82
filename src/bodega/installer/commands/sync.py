"""Sync: the environment becomes the lock, exactly."""

from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import scan
from bodega.installer.environments.plan import plan
from bodega.installer.locking.select import select_from_lock


def sync(lock: str, workshop: Workshop, *, dry_run: bool = False) -> Report:
    """Install what the lock has and remove what it has not."""
    interpreter = workshop.interpreter()
    selected = select_from_lock(lock, interpreter.target, workshop.computed)
    wanted = plan(selected, scan(interpreter), exact=True)
    return report_of(wanted, is_dry_run=True) if dry_run else change(wanted, interpreter, workshop)
