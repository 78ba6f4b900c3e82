"""``bodega freeze``: what is installed, as requirements."""

import sys

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, workshop_for

#: What is there to install others, as pip leaves it out.
_TOOLS = frozenset({"pip", "bodega-pip", "setuptools", "wheel", "distribute"})


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.environments.installed import scan

    found = sorted(scan(workshop_for(options).interpreter()).values(), key=lambda one: one.name)
    lines = [
        _line(one.typed_name, one.version, one.direct_url)
        for one in found
        if options.all or one.name not in _TOOLS
    ]
    if options.json:
        print_json({"version": 1, "requirements": lines})
    else:
        sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("freeze", "Print what is installed as requirements.")
    parser.add_argument("--all", action="store_true", help="the installing tools too")
    add_environment(parser)
    return parser


def _line(name: str, version: str, direct_url: object) -> str:
    url = direct_url.get("url") if isinstance(direct_url, dict) else None
    return f"{name} @ {url}" if url else f"{name}=={version}"
