"""``bodega venv``: make an environment, in which pip is bodega."""

import sys

from bodega import __version__
from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.installer import own_interpreter
    from bodega.installer.environments.creation import create
    from bodega.installer.environments.pip_shim import Shim

    workshop = workshop_for(options)
    base = workshop.interpreter() if options.python else own_interpreter(workshop.store)
    shim = None if options.no_pip else Shim(python=sys.executable, version=__version__)
    made = create(options.path, base, workshop.store, shim=shim, clear=options.clear)
    if options.sealed:
        from bodega.installer.environments.linked import seal

        seal(made.prefix)
    if options.json:
        print_json({"version": 1, "path": made.prefix, "python": made.executable})
    say(
        options,
        f"made {options.path}: Python {made.target.python}\nto use it: source {options.path}/bin/activate",
    )
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("venv", "Make an environment. Its pip, pip3 and python -m pip are bodega.")
    parser.add_argument("path", nargs="?", default=".venv", help="default: ./%(default)s")
    parser.add_argument("--clear", action="store_true", help="make an environment that is there anew")
    parser.add_argument(
        "--sealed", action="store_true", help="link to whole packages of the store: for CI and throw-away use"
    )
    parser.add_argument("--no-pip", action="store_true", help="leave out the pip that is bodega")
    add_environment(parser)
    return parser
