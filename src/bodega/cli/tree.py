"""``bodega tree``: who requires whom, from what was asked for down, or from a project up."""

import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.graph_source import add_source, graph_for
from bodega.cli.installing import add_environment, print_json, say, workshop_for

if TYPE_CHECKING:
    from bodega.cli.tree_drawing import Branch
    from bodega.installer.commands.dependency_graph import Graph, Need

_EXAMPLES = """examples:
  bodega tree                             all of it, from what was asked for
  bodega tree flask --depth 1             what flask requires
  bodega tree --invert werkzeug           who requires werkzeug
  bodega tree --lock pylock.toml          what the lock has, not the environment
  bodega tree --format mermaid            to be drawn"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    if options.invert and options.name is None:
        raise UsageError("--invert takes the name of a project", why="it shows who requires it")
    if options.depth is not None and options.depth < 0:
        raise UsageError("--depth cannot be less than 0")
    workshop = workshop_for(options)
    graph, source = graph_for(options, workshop, sizes=options.sizes)
    roots = _roots(options, graph, source)
    if options.json or options.format == "json":
        print_json(_document(graph, roots, source, options))
        return 0
    if not roots:
        say(options, f"nothing is in {source}")
    _draw(options, graph, roots)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("tree", "Show who requires whom in the environment, or in a lock.")
    parser.epilog = _EXAMPLES
    parser.add_argument("name", nargs="?", metavar="PROJECT", help="from this project on; default: all")
    parser.add_argument("--invert", action="store_true", help="who requires it, in the place of what it does")
    parser.add_argument("--depth", type=int, metavar="N", help="so many steps from the first line")
    parser.add_argument("--extras", action="store_true", help="show for which extras something is required")
    parser.add_argument("--sizes", action="store_true", help="show how large each is")
    parser.add_argument("--no-dedupe", action="store_true", help="draw again what was drawn before")
    parser.add_argument("--format", choices=("text", "json", "mermaid", "dot"), default="text")
    add_source(parser)
    add_environment(parser)
    parser.set_defaults(own_interpreter=False)
    return parser


def _roots(options: Namespace, graph: "Graph", source: str) -> "list[Branch]":
    from bodega.cli.tree_drawing import Branch
    from bodega.installer.commands.dependency_graph import Need, NotThereError

    if options.name is None:
        # What is asked for in several places is drawn once.
        first = {(need.name, need.to): need for need in reversed(graph.roots)}
        below = _below_the_project(graph)
        return [
            Branch(need.to, need)
            for need in graph.roots
            if first[need.name, need.to] is need and need.to not in below
        ]
    keys = graph.keys_of(options.name)
    if not keys:
        raise NotThereError(options.name, source, [one.name for one in graph.packages.values()])
    return [
        Branch(key, Need(name=graph.packages[key].name, text=graph.packages[key].name, to=key))
        for key in keys
    ]


def _below_the_project(graph: "Graph") -> set[str | None]:
    """What stands below the project itself, where that is installed: it need not stand beside it, too."""
    from bodega.cli.graph_source import project_name_here

    own = project_name_here()
    keys = graph.keys_of(own) if own is not None else []
    return {need.to for key in keys for need in graph.needs[key]} - {*keys}


def _draw(options: Namespace, graph: "Graph", roots: "list[Branch]") -> None:
    from bodega.cli.tree_drawing import Style, below_of, dot_lines, mermaid_lines, tree_lines

    below = below_of(graph, invert=options.invert)
    if options.format == "mermaid":
        lines = mermaid_lines(graph, roots, below, options.depth)
    elif options.format == "dot":
        lines = dot_lines(graph, roots, below, options.depth)
    else:
        style = Style(
            options.depth,
            dedupe=not options.no_dedupe,
            extras=options.extras,
            sizes=options.sizes,
            encoding=sys.stdout.encoding or "utf-8",
        )
        lines = tree_lines(graph, roots, below, style)
    is_marked = False
    for line in lines:
        is_marked = is_marked or line.endswith(" (*)")
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
    if is_marked:
        say(options, "(*) what it requires is drawn above; --no-dedupe draws it again")


def _document(graph: "Graph", roots: "list[Branch]", source: str, options: Namespace) -> dict[str, object]:
    from bodega.cli.tree_drawing import below_of

    below = below_of(graph, invert=options.invert)
    seen: dict[str, int] = {}
    waiting = [(one.key, 0) for one in roots if one.key is not None]
    while waiting:
        key, far = waiting.pop(0)
        if key not in seen:
            seen[key] = far
            if options.depth is None or far < options.depth:
                waiting += [(one.key, far + 1) for one in below(key) if one.key is not None]
    return {
        "version": 1,
        "source": source,
        "inverted": options.invert,
        "roots": [{**_need(one.need), "origin": one.need.origin or None} for one in roots],
        "packages": [
            {
                "key": key,
                "name": package.name,
                "version": package.version or None,
                "marker": package.marker,
                "size": package.size,
                "requires": [_need(need) for need in graph.needs[key]],
            }
            for key, package in graph.packages.items()
            if key in seen
        ],
    }


def _need(need: "Need") -> dict[str, object]:
    return {"name": need.name, "requirement": need.text, "package": need.to, "satisfied": need.fits}
