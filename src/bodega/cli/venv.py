"""``bodega venv``: make an environment, in which pip is bodega."""

import sys

from bodega import __version__
from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.installer import own_interpreter
    from bodega.installer.environments.creation import Form, create
    from bodega.installer.environments.pip_shim import Shim

    workshop = workshop_for(options)
    base = workshop.interpreter() if options.python else own_interpreter(workshop.store)
    shim = None if options.no_pip else Shim(python=sys.executable, version=__version__)
    form = Form(
        system_site_packages=options.system_site_packages,
        copies=options.copies,
        prompt=options.prompt,
        clear=options.clear,
    )
    made = create(options.path, base, workshop.store, shim=shim, form=form)
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
        "--system-site-packages", action="store_true", help="see what is installed outside of it, too"
    )
    parser.add_argument("--copies", action="store_true", help="copy the interpreter instead of linking to it")
    parser.add_argument("--prompt", help="what the shell shows while it is active; default: its folder")
    parser.add_argument(
        "--sealed", action="store_true", help="link to whole packages of the store: for CI and throw-away use"
    )
    parser.add_argument("--no-pip", action="store_true", help="leave out the pip that is bodega")
    add_environment(parser)
    return parser
