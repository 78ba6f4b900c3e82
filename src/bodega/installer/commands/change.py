"""Carry a plan out: what is missing is fetched first, then the environment changes whole."""

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from bodega.installer.building.trees import settled, trees_of
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.apply import Compile, apply
from bodega.installer.environments.discovery import refuse_managed
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linking import LinkMode
from bodega.installer.environments.plan import Plan


def change(
    plan: Plan, interpreter: Interpreter, workshop: Workshop, *, remarks: Sequence[str] = ()
) -> Report:
    """Carry a plan out; after any failure the environment is as before."""
    if not plan.changes:
        return report_of(plan, remarks=remarks)
    refuse_managed(interpreter)
    trees = trees_of(workshop.makers, plan.install)
    workshop.progress.tell(f"installing {len(plan.install)}, removing {len(plan.remove)}")
    applied = apply(
        interpreter,
        replace(settled(plan, trees), asked=workshop.asked),
        workshop.store,
        link_mode=cast("LinkMode", workshop.link_mode),
        compile=cast("Compile", workshop.compile),
    )
    workshop.progress.done()
    notes = [
        f"{name} brings {note.path}, which runs at every start of this environment's Python"
        for name, found in applied.notes.items()
        for note in found
        if note.kind in ("pth", "customize")
    ]
    traffic = workshop.downloads.traffic
    report = report_of(plan, remarks=[*remarks, *notes])
    return replace(report, downloaded=traffic.downloaded, saved=traffic.saved)
