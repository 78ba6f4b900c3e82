"""``bodega check``: whether what is installed has all that it requires."""

import os
import sys
from typing import TYPE_CHECKING, Any

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.checked import Problem


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.checked import Unreadable, problems
    from bodega.installer.environments.inventory import take_inventory

    interpreter = workshop_for(options).interpreter()
    found = problems(take_inventory(interpreter, os.environ), interpreter.target)
    if options.json:
        print_json({"version": 1, "problems": [_as_json(one) for one in found]})
    else:
        for one in found:
            stream = sys.stderr if isinstance(one, Unreadable) else sys.stdout
            stream.write(f"{_sentence(one)}\n")
        if not found:
            sys.stdout.write("No broken requirements found.\n")
    return 1 if found else 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "check", "Check that what is installed has all that it requires, and fits the interpreter.", pip=True
    )
    add_environment(parser)
    return parser


def _sentence(problem: "Problem") -> str:
    from bodega.installer.commands.checked import Conflicting, Missing, Unsupported

    if isinstance(problem, Missing):
        return f"{problem.name} {problem.version} requires {problem.requirement}, which is not installed."
    if isinstance(problem, Conflicting):
        return (
            f"{problem.name} {problem.version} has requirement {problem.requirement}, "
            f"but you have {problem.present} {problem.present_version}."
        )
    if isinstance(problem, Unsupported):
        return f"{problem.name} {problem.version} is not supported on this platform"
    return f"warning: the requirements of {problem.name} cannot be read: {problem.why}"


def _as_json(problem: "Problem") -> dict[str, Any]:
    from dataclasses import asdict

    return {"kind": type(problem).__name__.lower(), **asdict(problem)}
