"""``bodega inspect``: an environment as one JSON document, in pip's form."""

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, workshop_for
from bodega.cli.scope import add_scope, found_for


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.inspected import inspection

    workshop = workshop_for(options)
    print_json(inspection(found_for(options, workshop.interpreter), workshop.interpreter().target))
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("inspect", "Print what is installed as one JSON document, with pip's keys.", pip=True)
    add_scope(parser)
    add_environment(parser)
    return parser
