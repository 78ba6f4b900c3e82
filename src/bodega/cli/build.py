"""``bodega build``: a project of one's own becomes a source distribution and a wheel."""

import os
import sys
import time

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, add_index, print_json, say, workshop_for
from bodega.cli.pip_options import add_building

_EXAMPLES = """examples:
  bodega build                    ./dist gets a source distribution, and a wheel built from it
  bodega build --wheel lib -o out a wheel of the project in ./lib
  bodega build -C cmake.args=-DX  a setting for the build backend"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    started = time.monotonic()
    from bodega.installer.commands.build import Kind, build

    kinds: list[Kind] = ["sdist"] if options.sdist else []
    kinds += ["wheel"] if options.wheel else []
    beside = options.path if os.path.isdir(options.path) else os.path.dirname(options.path)
    folder = options.outdir or os.path.normpath(os.path.join(beside, "dist"))
    workshop = workshop_for(options)
    try:
        made = build(options.path, folder, kinds, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    if options.json:
        files = [{"kind": m.kind, "path": m.path, "size": m.size, "sha256": m.sha256} for m in made]
        print_json({"version": 1, "files": files})
        return 0
    for one in made:
        sys.stdout.write(f"{one.path}\n")
    sys.stdout.flush()
    say(options, f"{len(made)} built in {time.monotonic() - started:.2f} s")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("build", "Build a project into a source distribution and a wheel.")
    parser.epilog = _EXAMPLES
    parser.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="the project's folder, or its archive (default: .)",
    )
    parser.add_argument("-s", "--sdist", action="store_true", help="only a source distribution")
    parser.add_argument("-w", "--wheel", action="store_true", help="only a wheel, from the folder itself")
    parser.add_argument(
        "-o", "--outdir", "--out-dir", metavar="FOLDER", help="where they go (default: dist in the project)"
    )
    add_building(parser)
    parser.add_argument(
        "-n", "--no-isolation", dest="no_build_isolation", action="store_true", help="as --no-build-isolation"
    )
    parser.add_argument(
        "-x",
        "--skip-dependency-check",
        action="store_true",
        help="accepted for build's sake: that is the default",
    )
    add_environment(parser)
    add_index(parser)
    parser.set_defaults(own_interpreter=True)
    return parser
