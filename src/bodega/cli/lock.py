"""``bodega lock``: requirements become pylock.toml."""

import os
from argparse import Namespace
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.choosing import resolve_request
from bodega.cli.install import requested
from bodega.cli.installing import add_environment, add_index, print_json, say, workshop_for
from bodega.cli.lock_check import compare, inputs_of, is_current, remember, say_current
from bodega.cli.lock_purpose import add_letting_go, keep_environments, parts_or_kept
from bodega.cli.pip_options import add_asked, add_building, add_selection
from bodega.cli.project_lock import LockPlan, plan_of, plan_of_project
from bodega.cli.project_options import (
    add_itself,
    add_keeping,
    add_parts,
    beside,
    is_about_project,
    kept_by,
    parts_of,
    project_for,
)
from bodega.cli.results import write_whole
from bodega.cli.universal import add_universal

if TYPE_CHECKING:
    from bodega.installer.commands.lock import Locked
    from bodega.installer.commands.request import Request
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.project_file import Pyproject

#: First words that are no requirements.
ACTS = {"diff": "bodega.cli.lock_diff", "merge": "bodega.cli.lock_merge"}
_ACTS = """acts:
  bodega lock diff [OLD] NEW         what differs between two locks, or since git's last commit
  bodega lock merge [FILE]           settle a merge that left it in conflict"""
_DESCRIPTION = (
    "Resolve requirements and write them down, with the hash of every file. With nothing named, those of the "
    "project in this folder or above it: its dependencies and default groups."
)
#: Options that another command means otherwise: what is taken from the lock, not what is in it.
_OF_INSTALLING = frozenset(
    {"extra", "group", "all_extras", "all_groups", "no_default_groups", "formats", "asked"}
)
#: The form of a lock with a name of its own.
_NAMED = ("pylock", "NAME", "toml")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was locked, from what, and with what; ``None`` where the lock is known to be that."""

    locked: "Locked | None"
    inputs: str
    workshop: "Workshop"


def run(arguments: list[str]) -> int:
    """Run the command, or one of its acts."""
    act = ACTS.get(arguments[0]) if arguments else None
    if act is not None:
        from importlib import import_module

        code: int = import_module(act).run(arguments[1:])
        return code
    options = parser().parse_args(arguments)
    outcome = outcome_of(options)
    made = outcome.locked
    if made is None:
        return say_current(options)
    if options.check:
        return compare(options, made.text, outcome.inputs, outcome.workshop)
    write_whole(options.output, made.text)
    remember(options.output, outcome.inputs, outcome.workshop)
    if options.json:
        document = {"version": 1, "path": options.output, "packages": made.versions}
        print_json(
            {**document, "several": made.several, "solutions": made.solutions, "remarks": list(made.remarks)}
        )
    for remark in made.remarks:
        say(options, f"note: {remark}")
    times = f", solved for {made.solutions} environments" if made.solutions > 1 else ""
    number = len(made.versions)
    say(options, f"{number} project{'s' * (number != 1)} locked in {options.output}{times}")
    return 0


def outcome_of(options: Namespace) -> Outcome:
    """What the options of this command come to; nothing is written."""
    project = project_for(options) if is_about_project(options) else None
    if project is None:
        _refuse_parts(options)
    options.output = options.output or beside(project)
    _check_name(options.output)
    asked = project or requested(options, "lock")
    workshop = workshop_for(options)
    try:
        if project is not None and options.merging is None:
            keep_environments(options, project, workshop)
        plan = _plan(options, asked, workshop)
        inputs = inputs_of(options, plan.inputs, workshop)
        is_settled = not plan.has_references
        if options.check and is_current(options, inputs, workshop, is_settled=is_settled):
            return Outcome(None, inputs, workshop)
        return Outcome(plan.make(workshop), inputs, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()


def check_beside(given: Namespace, lock: str) -> int:
    """Hold a lock against the project beside it, with the options of another command; 0, or 1 and why."""
    options = parser().parse_args([])
    for key, value in vars(given).items():
        if hasattr(options, key) and key not in _OF_INSTALLING:
            setattr(options, key, value)
    options.check, options.output = True, lock
    options.announced = vars(given).setdefault("announced", set())
    options.project_folder = os.path.dirname(os.path.abspath(lock))
    outcome = outcome_of(options)
    if outcome.locked is None:
        return 0
    return compare(options, outcome.locked.text, outcome.inputs, outcome.workshop, silent=True)


def parser() -> Parser:
    """The options."""
    parser = Parser("lock", _DESCRIPTION, pip=True)
    parser.epilog = _ACTS
    add_asked(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="default: pylock.toml, beside a project's pyproject.toml; - for stdout",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing: 0 where the lock is what it would be, else 1 and what differs",
    )
    add_parts(parser)
    add_itself(parser)
    add_keeping(parser)
    parser.add_argument(
        "--only-deps", "--only-dependencies", action="store_true", help="what they require alone"
    )
    add_universal(parser)
    add_letting_go(parser)
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    add_building(parser)
    parser.set_defaults(own_interpreter=True, resolution=None, merging=None)
    return parser


def _plan(options: Namespace, asked: "Pyproject | Request", workshop: "Workshop") -> LockPlan:
    """What is to be locked: what was asked for, or a project, changing little of the lock that is there."""
    from bodega.installer.commands.request import Request

    merging = options.merging
    kept = kept_by(options, options.output, workshop) if merging is None else merging.kept
    if not isinstance(asked, Request):
        parts = parts_of(options) if merging is not None else parts_or_kept(options, asked, workshop)
        plan = plan_of_project(options, asked, parts, workshop, kept=kept)
        return plan if merging is None else replace(plan, asked=merging.settled(plan.asked))
    return plan_of(options, resolve_request(options, asked), workshop, kept=kept)


def _refuse_parts(options: Namespace) -> None:
    """Parts are those of the project in this folder, which is not read where requirements are named."""
    for name in ("extra", "all_extras", "all_groups", "only_group", "no_default_groups"):
        if getattr(options, name):
            raise UsageError(
                f"--{name.replace('_', '-')} is about a project, and requirements were named",
                why="name nothing else to lock the project, or write extras as in './project[extra]'",
            )


def _check_name(path: str) -> None:
    name = os.path.basename(path)
    parts = name.split(".")
    if path != "-" and not (
        name == "pylock.toml" or (parts[0], parts[-1], len(parts)) == ("pylock", "toml", len(_NAMED))
    ):
        raise UsageError(
            f"a lock cannot be named {name!r}", why="it is pylock.toml or pylock.NAME.toml (PEP 751)"
        )
