"""``bodega list``: what is installed."""

import sys

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, workshop_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.environments.installed import scan

    found = sorted(scan(workshop_for(options).interpreter()).values(), key=lambda one: one.name)
    if options.json or options.format == "json":
        print_json([{"name": one.typed_name, "version": one.version} for one in found])
        return 0
    if options.format == "freeze":
        sys.stdout.writelines(f"{one.typed_name}=={one.version}\n" for one in found)
        return 0
    rows = [("Package", "Version"), *((one.typed_name, one.version) for one in found)]
    width = max(len(name) for name, _ in rows)
    rows.insert(1, ("-" * width, "-" * max(len(version) for _, version in rows)))
    sys.stdout.writelines(f"{name:<{width}} {version}\n" for name, version in rows)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("list", "List what is installed in an environment.")
    parser.add_argument("--format", choices=("columns", "freeze", "json"), default="columns")
    add_environment(parser)
    return parser
