"""``bodega hash``: the digests of files, as a requirements file writes them."""

import sys

from bodega.cli.arguments import Parser
from bodega.cli.installing import print_json
from bodega.cli.pip_options import add_general, add_network

_ALGORITHMS = ("sha256", "sha384", "sha512")


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    import hashlib

    rows: list[dict[str, str]] = []
    for path in options.files:
        with open(path, "rb") as file:
            value = hashlib.file_digest(file, options.algorithm).hexdigest()
        rows.append({"file": path, "hash": f"{options.algorithm}:{value}"})
        if not options.json:
            sys.stdout.write(f"{path}:\n--hash={options.algorithm}:{value}\n")
    if options.json:
        print_json({"version": 1, "files": rows})
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "hash", "Print the digests of files, as --hash in a requirements file takes them.", pip=True
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a wheel, an sdist, any file")
    parser.add_argument("-a", "--algorithm", choices=_ALGORITHMS, default="sha256", help="(%(default)s)")
    add_general(parser)
    add_network(parser)
    return parser
