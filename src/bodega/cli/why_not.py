"""``bodega why-not REQUIREMENT``: what keeps it from being chosen, or what would change."""

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.choosing import resolve_request
from bodega.cli.colour import paint
from bodega.cli.install import requested
from bodega.cli.installing import add_environment, add_index, print_json, workshop_for
from bodega.cli.pip_options import add_asked, add_building, add_selection
from bodega.cli.project_options import (
    LOCK,
    add_itself,
    add_parts,
    is_about_project,
    parts_of,
    project_choosing,
    project_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bodega.installer.commands.why_not import Answer
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.locking.resolve_request import ResolveRequest

_DESCRIPTION = (
    "Say why a version, or a project, is not what is chosen: why it is not offered, which requirements "
    "exclude it, or that nothing stands in the way. What it is asked about beside are further requirements, "
    "files, a lock (--lock), the project in this folder, or the environment in use: the first there is."
)
_EXAMPLES = """examples:
  bodega why-not 'numpy>=2'                       in this project, or the environment in use
  bodega why-not 'numpy>=2' 'numba==0.57.1'       beside what is named
  bodega why-not 'django==5.2' -r requirements.txt"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if not options.requirements:
        raise UsageError("nothing is asked about", why="name a requirement, such as 'numpy>=2'")
    question, options.requirements = options.requirements[0], options.requirements[1:]
    from bodega.installer.commands.why_not import why_not

    # What is asked for is read first: it may name indexes.
    ask = _asking(options)
    workshop = workshop_for(options)
    try:
        choosing = ask(workshop)
        answer = why_not(question, choosing, workshop, workshop.interpreter().target)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if options.json:
        print_json(_document(question, answer))
    else:
        sys.stdout.write("\n".join(_words(question, answer)) + "\n")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("why-not", _DESCRIPTION, pip=True)
    parser.epilog = _EXAMPLES
    add_asked(parser)
    parser.add_argument("--lock", metavar="FILE", help="beside what a lock was made from")
    add_parts(parser)
    add_itself(parser)
    add_selection(parser)
    add_environment(parser)
    add_index(parser)
    add_building(parser)
    parser.set_defaults(only_deps=False, own_interpreter=True)
    return parser


def _asking(options: Namespace) -> "Callable[[Workshop], ResolveRequest]":
    """What the requirement is asked about beside: read now, and put together once there is a workshop."""
    from bodega.installer.commands.why_not import about_environment, about_lock
    from bodega.installer.inputs.project_file import NoProjectFoundError

    if not is_about_project(options):
        request = requested(options, "why-not")
        return lambda _workshop: resolve_request(options, request)
    if not options.lock:
        try:
            project = project_for(options)
        except NoProjectFoundError:
            options.lock = LOCK if os.path.exists(LOCK) else None
        else:
            return lambda workshop: project_choosing(options, project, parts_of(options), workshop)
    from bodega.installer.commands.request import Request

    plain = resolve_request(options, Request(()))
    if options.lock:
        return lambda _workshop: about_lock(options.lock, plain)
    return lambda workshop: about_environment(plain, workshop)


def _words(question: str, answer: "Answer") -> list[str]:
    if answer.verdict == "chosen":
        return [f"{question} is what is chosen: {answer.now}"]
    now = f"chosen is {answer.now}" if answer.now else "nothing asks for its project"
    if answer.failure is None:
        return [
            f"{question} would work: nothing stands in the way; {now}",
            *(f"  {_change(*change)}" for change in answer.changes),
        ]
    steps = answer.failure.steps()
    tries = [f"try: {steps[0]}", *(f" or: {step}" for step in steps[1:])] if steps else []
    why = str(answer.failure.why).splitlines()
    return [f"{question} cannot be: {answer.failure.what}; {now}", "", *why, *([""] if tries else []), *tries]


def _change(name: str, before: str | None, after: str | None) -> str:
    if before is None:
        return paint(f"+ {name} {after}", "green", sys.stdout)
    if after is None:
        return paint(f"- {name} {before}", "red", sys.stdout)
    return paint(f"~ {name} {before} -> {after}", "yellow", sys.stdout)


def _document(question: str, answer: "Answer") -> dict[str, object]:
    failure = answer.failure
    return {
        "version": 1,
        "requirement": question,
        "verdict": answer.verdict,
        "chosen": answer.now,
        "changes": [{"name": n, "before": b, "after": a} for n, b, a in answer.changes],
        **({"what": failure.what, "why": failure.why, **failure.details()} if failure else {}),
    }
