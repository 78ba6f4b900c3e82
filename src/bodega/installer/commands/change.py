"""Carry a plan out: what is missing is fetched first, then the environment changes whole."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.apply import Applied, Compile, apply
from bodega.installer.environments.discovery import refuse_managed
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linking import LinkMode
from bodega.installer.environments.plan import Plan
from bodega.installer.store.errors import TreeDamagedError


def change(
    plan: Plan,
    interpreter: Interpreter,
    workshop: Workshop,
    *,
    remarks: Sequence[str] = (),
    check: Callable[[], None] = lambda: None,
) -> Report:
    """Carry a plan out; after any failure the environment is as before.

    ``check`` is asked once all is in the store and nothing changed yet; it raises where that must not be.
    """
    if not plan.changes:
        return report_of(plan, remarks=remarks)
    refuse_managed(interpreter)
    is_here = all(
        one.source is None and workshop.store.tree(one.hashes.get("sha256", "")) for one in plan.install
    )
    whole = plan if is_here else _fetched(plan, workshop)
    check()
    workshop.progress.tell(f"installing {len(plan.install)}, removing {len(plan.remove)}")
    whole = replace(whole, asked=workshop.asked)
    applied = _applied(whole, interpreter, workshop)
    workshop.progress.done()
    if workshop.store_size is not None:
        workshop.store.keep_below(workshop.store_size)
    notes = [
        f"{name} brings {note.path}, which runs at every start of this environment's Python"
        for name, found in applied.notes.items()
        for note in found
        if note.kind in ("pth", "customize")
    ]
    report = report_of(plan, remarks=[*remarks, *notes])
    if is_here:
        return report
    traffic = workshop.downloads.traffic
    return replace(report, downloaded=traffic.downloaded, saved=traffic.saved)


def _applied(plan: Plan, interpreter: Interpreter, workshop: Workshop) -> Applied:
    """Carry it out; trees that turn out to be damaged are made again, each once."""
    again: set[str] = set()
    while True:
        try:
            return apply(
                interpreter,
                plan,
                workshop.store,
                link_mode=cast("LinkMode", workshop.link_mode),
                compile=cast("Compile", workshop.compile),
            )
        except TreeDamagedError as damaged:
            if damaged.sha256 in again:
                raise
            again.add(damaged.sha256)
            _make_again(damaged, plan, workshop)


def _make_again(damaged: TreeDamagedError, plan: Plan, workshop: Workshop) -> None:
    """Make a damaged tree again, from the wheel that is kept, else from where it comes from."""
    one = next((one for one in plan.install if one.hashes.get("sha256") == damaged.sha256), None)
    if one is None:
        raise damaged
    path = workshop.store.wheel(damaged.sha256) or workshop.downloads.fetch(one)
    workshop.store.remake(path, damaged.sha256, one.filename)


def _fetched(plan: Plan, workshop: Workshop) -> Plan:
    """The plan with every tree in the store, and what was built in the place of its source."""
    from bodega.installer.building.trees import settled, trees_of  # noqa: PLC0415 - a warm install has all

    return settled(plan, trees_of(workshop.makers, plan.install))
