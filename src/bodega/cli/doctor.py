"""``bodega doctor``: a look at all that installs depend on, each finding with what to do."""

import os
import sys

from bodega.cli.arguments import Parser, add_json
from bodega.cli.colour import paint

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


def run(arguments: list[str]) -> int:
    """Run the command; 1 where something fails."""
    options = parser().parse_args(arguments)
    from bodega.bootstrap.doctor import examine

    found = examine(os.environ, python=options.python, offline=options.offline)
    if options.json:
        import json
        from dataclasses import asdict

        document = {"version": 1, "findings": [asdict(one) for one in found]}
        sys.stdout.write(json.dumps(document, indent=2) + "\n")
    else:
        for one in found:
            state = paint(f"{one.state:<4}", _COLOURS[one.state], sys.stdout)
            sys.stdout.write(f"{state} {one.subject}: {one.words}\n")
            if one.fix:
                sys.stdout.write(f"     try: {one.fix}\n")
    return int(any(one.state == "fail" for one in found))


def parser() -> Parser:
    """The options."""
    parser = Parser("doctor", "Look at all that installs depend on, and say what to do. Nothing is changed.")
    parser.add_argument("--python", metavar="PATH", help="the environment's folder or interpreter")
    parser.add_argument("--offline", action="store_true", help="ask no index")
    add_json(parser)
    return parser
