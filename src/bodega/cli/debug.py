"""``bodega debug``: what the interpreter of an environment says of itself, and which wheels fit it."""

import sys
from typing import Any

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for
from bodega.cli.pip_options import add_target

_SHOWN_TAGS = 10


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega import __version__
    from bodega.installer.environments.pip_shim import PIP_VERSION

    interpreter = workshop_for(options).interpreter()
    markers, tags = interpreter.target.markers, interpreter.target.tags
    facts: dict[str, Any] = {
        "bodega version": __version__,
        "pip version": PIP_VERSION,
        "bodega's interpreter": sys.executable,
        "sys.version": interpreter.target.python,
        "sys.executable": interpreter.executable,
        "sys.prefix": interpreter.prefix,
        "sys.base_prefix": interpreter.base_prefix,
        "sys.platform": markers["sys_platform"],
        "sys.implementation": markers["implementation_name"],
        "purelib": interpreter.scheme.purelib,
        "platlib": interpreter.scheme.platlib,
    }
    if options.json:
        print_json({"version": 1, "facts": facts, "markers": dict(markers), "tags": list(tags)})
        return 0
    say(options, "note: this is for people; --json has a form for programs")
    sys.stdout.writelines(f"{name}: {value}\n" for name, value in facts.items())
    sys.stdout.write(f"Compatible tags: {len(tags)}\n")
    shown = tags if options.verbose else tags[:_SHOWN_TAGS]
    sys.stdout.writelines(f"  {tag}\n" for tag in shown)
    if len(shown) < len(tags):
        sys.stdout.write(f"  ...\n  [First {_SHOWN_TAGS} tags shown. Pass --verbose to show all.]\n")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("debug", "Say what is known of an interpreter, and which wheels fit it.", pip=True)
    add_target(parser)
    add_environment(parser)
    return parser
