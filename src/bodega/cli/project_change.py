"""What add, remove and upgrade share: an edited project is resolved, files and environment follow."""

import os
import sys
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.colour import paint
from bodega.cli.installing import (
    add_changing,
    add_environment,
    add_index,
    print_json,
    report_json,
    say,
    workshop_for,
)
from bodega.cli.log import note
from bodega.cli.pip_options import add_building, add_selection
from bodega.cli.project_options import LOCK, project_for
from bodega.cli.universal import add_universal, is_universal

if TYPE_CHECKING:
    from bodega.installer.commands.lock import Locked
    from bodega.installer.commands.project_edits import Edit
    from bodega.installer.commands.project_request import Parts
    from bodega.installer.commands.report import Report
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_edit import ProjectText
    from bodega.installer.inputs.project_file import Pyproject
    from bodega.installer.locking.locked_versions import LockedVersion


@dataclass(slots=True)
class ProjectChange:
    """A change of a project on its way: its text, its lock's versions before, and what comes of both."""

    project: "Pyproject"
    lock: str
    before: str
    text: "ProjectText"
    kept: "Sequence[LockedVersion]"
    names: Collection[str]
    versions: Mapping[str, str]
    parts: "Parts"
    edits: "list[Edit]" = field(default_factory=list)
    locked: "Locked | None" = None
    report: "Report | None" = None


def add_change_options(parser: Parser) -> None:
    """The options on a change of a project."""
    parser.add_argument("--no-sync", action="store_true", help="leave the environment as it is")
    add_universal(parser)
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    add_building(parser)
    add_changing(parser)
    # Options of commands that take requirements files, which a project has in their place.
    parser.set_defaults(own_interpreter=True, resolution=None, no_deps=False, only_deps=False)


def add_place(parser: ArgumentParser, verb: str) -> None:
    """Which list of requirements is meant."""
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--group", metavar="GROUP", help=f"{verb} this dependency group")
    place.add_argument("--extra", metavar="EXTRA", help=f"{verb} this extra")
    place.add_argument("--dev", action="store_true", help="the same as --group dev")


def begin(project: "Pyproject", options: Namespace) -> ProjectChange:
    """A project as it is, ready to be changed; raises LockError, ProjectEditError.

    Where nothing is said of it the lock stays one for the environments that it is for.
    """
    from bodega.installer.commands.project_request import Parts, parts_from
    from bodega.installer.inputs.project_edit import ProjectText
    from bodega.installer.inputs.project_file import project_text
    from bodega.installer.locking.locked_versions import earlier_lock, newest_versions

    lock = os.path.join(project.folder, LOCK)
    earlier = earlier_lock(lock) if os.path.exists(lock) else None
    kept = earlier.entries if earlier is not None else ()
    if earlier is not None and not is_universal(options, project):
        options.platforms, options.pythons = list(earlier.platforms), list(earlier.pythons)
    text = project_text(project.path, project.shown)
    return ProjectChange(
        project=project,
        lock=lock,
        before=text,
        text=ProjectText(text, project.shown),
        kept=kept,
        names=frozenset(earlier.names) if earlier is not None else frozenset(),
        versions=newest_versions(kept),
        parts=parts_from(earlier.parts) if earlier is not None and earlier.parts else Parts(),
    )


def change_project(options: Namespace, alter: "Callable[[ProjectChange, Workshop], None]") -> ProjectChange:
    """Change the project of this folder, its lock and its environment, and print what that came to.

    ``alter`` edits the text and resolves. Raises what it raises, and what reading and changing do.
    """
    started = time.monotonic()
    project = project_for(options)
    workshop = workshop_for(options)
    try:
        change = begin(project, options)
        alter(change, workshop)
        carry_out(change, options, workshop)
        renew(change, options, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_change(change, options, seconds=time.monotonic() - started)
    return change


def resolve(
    change: ProjectChange, options: Namespace, workshop: "Workshop", *, moved: Collection[str] = ()
) -> "Locked":
    """Resolve what the text says now, the versions of the lock kept but for those of ``moved``."""
    from bodega.cli.project_lock import plan_of_project
    from bodega.installer.inputs.project_file import parse_project
    from bodega.installer.locking.locked_versions import entries_of

    project = parse_project(str(change.text), change.project.path, change.project.shown)
    kept = tuple(one for one in change.kept if one.name not in moved)
    if change.locked is not None:
        kept = entries_of(change.locked.text)
    change.parts = change.parts.within(project)
    change.locked = plan_of_project(options, project, change.parts, workshop, kept=kept).make(workshop)
    return change.locked


def carry_out(change: ProjectChange, options: Namespace, workshop: "Workshop") -> None:
    """Bring the environment after the new lock, and put both files in place; all of it or nothing."""
    from bodega.installer.commands.project_files import NewFile, prepared, text_of
    from bodega.installer.commands.sync import sync
    from bodega.installer.locking.lock_choice import EVERY_PART
    from bodega.installer.locking.locked_versions import earlier_lock

    if change.locked is None:
        return
    files = [
        NewFile(change.project.path, change.before, str(change.text)),
        NewFile(change.lock, text_of(change.lock), change.locked.text),
    ]
    with prepared(files, dry_run=options.dry_run) as (_, lock):
        if not options.no_sync and _has_environment(options, workshop):
            change.report = sync(
                lock,
                workshop,
                EVERY_PART,
                dry_run=options.dry_run,
                # What the lock still has, for parts that are not chosen here, is nobody's to remove.
                gone=frozenset(change.names).difference(earlier_lock(lock).names),
            )


def renew(change: ProjectChange, options: Namespace, workshop: "Workshop") -> None:
    """Let the project itself, where it is installed from its folder, say what it requires now."""
    is_told = any(edit.place.kind != "group" for edit in change.edits)
    if change.report is None or options.dry_run or not is_told:
        return
    from bodega.installer.commands.itself import renew_itself

    told = renew_itself(change.project.folder, workshop)
    if told is not None:
        change.report = replace(change.report, remarks=(*change.report.remarks, told))


def _has_environment(options: Namespace, workshop: "Workshop") -> bool:
    """Whether there is an environment to be brought after the lock."""
    is_named = bool(options.python or os.environ.get("VIRTUAL_ENV"))
    return is_named and workshop.interpreter().is_venv


def print_change(change: ProjectChange, options: Namespace, *, seconds: float) -> None:
    """What changed in the project's file, its lock and its environment."""
    moves = lock_moves(change)
    if options.json:
        print_json(_document(change, moves, options))
        return
    if change.locked is not None:
        for remark in (*change.locked.remarks, *(change.report.remarks if change.report else ())):
            say(options, f"note: {remark}")
    if options.quiet:
        return
    for edit in change.edits:
        sys.stdout.write(f"{_edit_line(edit)}\n")
    for name, before, after in moves:
        note(f"{name}: {before or 'nothing'} -> {after or 'nothing'}")
        sys.stdout.write(f"{_move_line(name, before, after)}\n")
    sys.stdout.flush()
    say(options, _summary(change, moves, options, seconds))


def lock_moves(change: ProjectChange) -> list[tuple[str, str | None, str | None]]:
    """The projects of the lock that came, changed or went: name, version before and after."""
    after = change.locked.versions if change.locked is not None else change.versions
    return [
        (name, change.versions.get(name), after.get(name))
        for name in sorted({*change.versions, *after})
        if change.versions.get(name) != after.get(name)
    ]


def _edit_line(edit: "Edit") -> str:
    where = f"({edit.place.key})"
    if edit.before is None:
        return paint(f"+ {edit.after}  {where}", "green", sys.stdout)
    if edit.after is None:
        return paint(f"- {edit.before}  {where}", "red", sys.stdout)
    return paint(f"~ {edit.before} -> {edit.after}  {where}", "yellow", sys.stdout)


def _move_line(name: str, before: str | None, after: str | None) -> str:
    if before is None:
        return paint(f"  + {name} {after}", "green", sys.stdout)
    if after is None:
        return paint(f"  - {name} {before}", "red", sys.stdout)
    return paint(f"  ~ {name} {before} -> {after}", "yellow", sys.stdout)


def _summary(change: ProjectChange, moves: Sequence[object], options: Namespace, seconds: float) -> str:
    would = "would be " if options.dry_run else ""
    count = len(change.locked.versions) if change.locked is not None else 0
    lock = os.path.relpath(change.lock)
    parts = [f"{count} projects {would}locked in {lock}, {len(moves)} changed"]
    if change.report is not None:
        changes = len(change.report.changes)
        parts.append(f"{changes} {would}changed in the environment" if changes else "environment up to date")
    elif options.no_sync:
        parts.append("environment left as it is")
    else:
        parts.append("no environment here (`bodega venv` makes one)")
    return f"{'; '.join(parts)}; {seconds:.2f} s"


def _document(
    change: ProjectChange, moves: Sequence[tuple[str, str | None, str | None]], options: Namespace
) -> dict[str, object]:
    locked = change.locked
    return {
        "version": 1,
        "dry_run": options.dry_run,
        "project": change.project.path,
        "lock": change.lock,
        "edits": [
            {"place": edit.place.key, "before": edit.before, "after": edit.after} for edit in change.edits
        ],
        "locked": [{"name": name, "before": before, "after": after} for name, before, after in moves],
        "packages": dict(locked.versions) if locked is not None else {},
        "environment": report_json(change.report) if change.report is not None else None,
        "remarks": list(locked.remarks) if locked is not None else [],
    }
