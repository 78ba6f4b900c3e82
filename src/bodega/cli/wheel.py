"""``bodega wheel``: wheels of everything that an install would take, into a folder; sources are built."""

from bodega.cli.arguments import Parser
from bodega.cli.choosing import resolve_request
from bodega.cli.download import add_common, print_saved
from bodega.cli.install import requested
from bodega.cli.installing import workshop_for
from bodega.cli.pip_options import add_asked


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.download import wheels

    request = requested(options, "wheel")
    workshop = workshop_for(options)
    try:
        saved = wheels(request, resolve_request(options, request), workshop, options.wheel_dir)
    finally:
        workshop.progress.done()
        workshop.store.close()
    print_saved(saved, options, options.wheel_dir)
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("wheel", "Save wheels of what is asked for and of all that it requires.", pip=True)
    add_asked(parser)
    parser.add_argument(
        "-w", "--wheel-dir", default=".", metavar="DIR", help="the folder (default: this one)"
    )
    parser.add_argument("--no-verify", action="store_true", help="accepted for pip's sake: all is verified")
    add_common(parser)
    # Nothing is changed: it is for bodega's own interpreter where no environment is found.
    parser.set_defaults(own_interpreter=True)
    return parser
