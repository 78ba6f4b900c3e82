"""``bodega completion SHELL``: a script that completes the command line; pip's form is known, too."""

import os
import sys
from importlib import import_module

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.pip_options import add_general, add_network

_SHELLS = ("bash", "zsh", "fish", "powershell")


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    shell = options.shell or options.by_flag or _own_shell()
    from bodega.cli.shells.described import commands

    script: str = import_module(f"bodega.cli.shells.{shell}").script(commands(), options.program)
    if options.json:
        import json

        sys.stdout.write(json.dumps({"version": 1, "shell": shell, "script": script}, indent=2) + "\n")
    else:
        sys.stdout.write(script)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("completion", "Print a script that completes commands, options, files and names.")
    parser.add_argument("shell", nargs="?", choices=_SHELLS, help="default: the shell that you use")
    for shell in _SHELLS:
        parser.add_argument(
            f"--{shell}",
            *{"bash": ["-b"], "zsh": ["-z"], "fish": ["-f"], "powershell": ["-p"]}[shell],
            dest="by_flag",
            action="store_const",
            const=shell,
            help=f"pip's way to say {shell}",
        )
    parser.add_argument(
        "--program", default="bodega", metavar="NAME", help="the program's name (%(default)s)"
    )
    add_general(parser)
    add_network(parser)
    return parser


def _own_shell() -> str:
    name = os.path.basename(os.environ.get("SHELL", ""))
    if name in _SHELLS:
        return name
    raise UsageError("bodega completion: name the shell", why=f"it is one of {', '.join(_SHELLS)}")
