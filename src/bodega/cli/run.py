"""``bodega run``: a command in the environment in use, or in one made for it; a script with what it needs."""

import os
from argparse import REMAINDER, Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_changing, add_environment, add_index, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.environments.interpreter import Interpreter

_EXAMPLES = """examples:
  bodega run pytest -q                    a program of the environment in use
  bodega run --with rich script.py        with a project more than there is
  bodega run script.py                    a script with the dependencies in its head (PEP 723)"""


def run(arguments: list[str]) -> int:
    """Run the command; what it starts takes the place of this process."""
    options = parser().parse_args(arguments)
    words = options.words[1:] if options.words[:1] == ["--"] else options.words
    if not words:
        raise UsageError("bodega run: nothing to run", why="name a program or a script")
    is_script = words[0].endswith((".py", ".pyw")) and os.path.isfile(words[0])
    from bodega.installer.commands.starting import start

    workshop = workshop_for(options)
    try:
        interpreter = _interpreter(options, workshop, words[0] if is_script else None)
    finally:
        workshop.progress.done()
        workshop.store.close()
    return start(interpreter, ["python", *words] if is_script else words, os.environ)


def parser() -> Parser:
    """The options."""
    parser = Parser("run", "Run a program or script in an environment, with what it needs.")
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "words", nargs=REMAINDER, metavar="COMMAND", help="a program or script, and its words"
    )
    parser.add_argument(
        "--with", dest="extra", action="append", default=[], metavar="REQUIREMENT", help="needed besides"
    )
    parser.add_argument(
        "--no-project", action="store_true", help="leave the environment in use out, if there is one"
    )
    add_index(parser)
    add_changing(parser)
    add_environment(parser)
    return parser


def _interpreter(options: Namespace, workshop: "Workshop", script: str | None) -> "Interpreter":
    from bodega.installer.commands.throwaway import Wanted, environment_for
    from bodega.installer.environments.errors import NoEnvironmentError
    from bodega.installer.inputs.script_block import read_script_block

    block = read_script_block(script) if script is not None else None
    if block is not None:
        # A script with a block says all that it needs.
        return environment_for(Wanted(requires=(*block.dependencies, *options.extra)), _own(workshop))
    try:
        used = None if options.no_project else workshop.interpreter()
    except NoEnvironmentError:
        used = None
    if used is not None and not options.extra:
        return used
    if used is None:
        return environment_for(Wanted(requires=tuple(options.extra)), _own(workshop))
    return environment_for(Wanted(requires=tuple(options.extra), above=used.scheme.purelib), workshop)


def _own(workshop: "Workshop") -> "Workshop":
    """The workshop for an interpreter of no environment: that of the one in use, or bodega's own."""
    from dataclasses import replace

    from bodega.bootstrap.installer import base_interpreter

    return replace(workshop, interpreter=lambda: base_interpreter(workshop))
