"""Whether results are said in pip's words, too: programs that call ``pip`` look for them."""

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bodega.installer.commands.report import Report

#: True while a command line is that of the ``pip`` of an environment.
AS_PIP: ContextVar[bool] = ContextVar("as_pip", default=False)


def pips_words(report: "Report") -> list[str]:
    """What pip would say at the end: ``Successfully installed a-1.0 b-2.0``, or nothing."""
    verb = "Would install" if report.is_dry_run else "Successfully installed"
    installed = [f"{one.name}-{one.after}" for one in report.changes if one.after is not None]
    removed = [f"{one.name}-{one.before}" for one in report.changes if one.before is not None]
    lines = [] if report.is_dry_run else [f"Successfully uninstalled {one}" for one in removed]
    return [*lines, *([f"{verb} {' '.join(sorted(installed))}"] if installed else [])]
