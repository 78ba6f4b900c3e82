"""Uninstall: what was named, by RECORD, in one commit."""

from collections.abc import Callable, Sequence

from bodega.formats.names import NormalizedName
from bodega.formats.requirements import InvalidRequirementError, parse_requirement
from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.discovery import refuse_managed
from bodega.installer.environments.installed import SHIM, Installed, scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.places import places
from bodega.installer.environments.plan import PIP, removal
from bodega.installer.environments.removing import leaving


def uninstall(
    texts: Sequence[str],
    workshop: Workshop,
    interpreter: Interpreter,
    *,
    confirm: Callable[[Sequence[Installed], Sequence[str]], bool] = lambda _removed, _paths: True,
    dry_run: bool = False,
) -> Report:
    """Remove what is named by requirements; those not installed are remarked on, as pip does.

    ``confirm`` is shown what would be removed, and the absolute paths that would go, and may say no. Raises
    NoRecordError, and what a change raises.
    """
    if not dry_run:
        refuse_managed(interpreter)
    wanted, remarks = _wanted(texts, scan(interpreter))
    taken = removal(wanted)
    if dry_run or not wanted:
        return report_of(taken, remarks=remarks, is_dry_run=dry_run)
    if not confirm(wanted, _going(interpreter, wanted)):
        return report_of(removal(()), remarks=[*remarks, "nothing was removed"])
    return change(taken, interpreter, workshop, remarks=remarks)


def _wanted(
    texts: Sequence[str], installed: dict[NormalizedName, Installed]
) -> tuple[list[Installed], list[str]]:
    wanted: dict[NormalizedName, Installed] = {}
    remarks: list[str] = []
    for text in texts:
        try:
            name = parse_requirement(text).name
        except InvalidRequirementError:
            remarks.append(f"{text!r} is left out: uninstall takes names")
            continue
        found = installed.get(name) or (installed.get(SHIM) if name == PIP else None)
        if found is None:
            remarks.append(f"{text} is left out: it is not installed")
        else:
            wanted[found.name] = found
    return list(wanted.values()), list(dict.fromkeys(remarks))


def _going(interpreter: Interpreter, removed: Sequence[Installed]) -> list[str]:
    where = places(interpreter)
    kept = [one for one in scan(interpreter).values() if one not in removed]
    return [f"{where.root}/{path}" for path in leaving(where, removed, kept)]
