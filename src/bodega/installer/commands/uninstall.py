"""Uninstall: what was named, by RECORD, in one commit."""

from collections.abc import Sequence

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, project_name
from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import Installed, scan
from bodega.installer.environments.plan import removal


class NotInstalledError(BodegaError):
    """Nothing of what was named is installed."""

    code = "E-NOT-INSTALLED"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{', '.join(names)}: not installed")
        self.names = tuple(names)


def uninstall(names: Sequence[str], workshop: Workshop, *, dry_run: bool = False) -> Report:
    """Remove the named projects; those not installed are remarked on, as pip does."""
    interpreter = workshop.interpreter()
    installed = scan(interpreter)
    wanted: dict[NormalizedName, Installed] = {}
    absent: list[str] = []
    for name in names:
        found = installed.get(project_name(name).normalized)
        if found is None:
            absent.append(name)
        else:
            wanted[found.name] = found
    if not wanted:
        raise NotInstalledError(absent)
    remarks = [f"{name} is not installed" for name in absent]
    taken = removal(wanted.values())
    if dry_run:
        return report_of(taken, remarks=remarks, is_dry_run=True)
    return change(taken, interpreter, workshop, remarks=remarks)
