"""``bodega why``: what was asked for that brings a project here, and by which way."""

import sys
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.graph_source import add_source, graph_for
from bodega.cli.installing import add_environment, print_json, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.dependency_graph import Graph, Path

_SHOWN = 10


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.dependency_graph import NotThereError

    graph, source = graph_for(options, workshop_for(options))
    keys = graph.keys_of(options.name)
    if not keys:
        raise NotThereError(options.name, source, [one.name for one in graph.packages.values()])
    paths = graph.paths_to(keys)
    if options.json:
        print_json(_document(graph, keys, paths, source))
        return 0
    shown = paths if options.verbose else paths[:_SHOWN]
    from bodega.cli.tree_drawing import printable

    for line in _lines(graph, keys, shown):
        sys.stdout.write(f"{printable(line)}\n")
    if len(shown) < len(paths):
        sys.stdout.write(f"  and {len(paths) - len(shown)} ways more (-v shows all)\n")
    sys.stdout.write(f"{printable(_drop(paths))}\n")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("why", "Say why a project is in the environment, or in a lock, and what would drop it.")
    parser.add_argument("name", metavar="PROJECT", help="the name of a project that is there")
    add_source(parser)
    add_environment(parser)
    return parser


def _lines(graph: "Graph", keys: list[str], paths: "list[Path]") -> list[str]:
    from bodega.cli.tree_drawing import shown_wish

    names = ", ".join(f"{graph.packages[key].name} {graph.packages[key].version}".rstrip() for key in keys)
    lines = [f"{names} is there, because of:"]
    for path in paths:
        root, *steps = path.needs
        lines.append(f"  {root.text} ({root.origin})")
        here = root
        for step in steps:
            above = graph.packages.get(here.to or "")
            version = f" {above.version}" if above is not None and above.version else ""
            named = f"{above.name if above is not None else here.name}{version}"
            wish = shown_wish(step.text)
            doubt = "" if step.fits else " (does not fit)"
            lines.append(f"    {named} requires {step.name}{f' {wish}' if wish else ''}{doubt}")
            here = step
    return lines


def _drop(paths: "list[Path]") -> str:
    """What would have to go for it to go: all that was asked for and comes to it."""
    roots = list(dict.fromkeys(f"{path.needs[0].text} ({path.needs[0].origin})" for path in paths))
    if len(roots) == 1:
        return f"it would go with {roots[0]}"
    return "it would go if none of these were asked for any more: " + ", ".join(
        dict.fromkeys(path.needs[0].text for path in paths)
    )


def _document(graph: "Graph", keys: list[str], paths: "list[Path]", source: str) -> dict[str, object]:
    return {
        "version": 1,
        "source": source,
        "packages": [
            {"name": graph.packages[key].name, "version": graph.packages[key].version or None} for key in keys
        ],
        "paths": [
            [
                {
                    "name": need.name,
                    "requirement": need.text,
                    "package": need.to,
                    "satisfied": need.fits,
                    "origin": need.origin or None,
                }
                for need in path.needs
            ]
            for path in paths
        ],
        "drop": list(dict.fromkeys(path.needs[0].text for path in paths)),
    }
