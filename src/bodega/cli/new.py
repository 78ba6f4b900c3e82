"""``bodega new``: a small sound project, ready to be built and published."""

import sys

from bodega.cli.arguments import Parser, add_json

_EXAMPLES = """examples:
  bodega new my-library
  bodega new my-tool --app             with a program
  bodega new fast-thing --compiled     with a module in C"""


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.publishing.new_project import write_project

    python = options.python or f"{sys.version_info[0]}.{sys.version_info[1]}"
    files = write_project(options.path, options.kind, python)
    if options.json:
        import json

        sys.stdout.write(json.dumps({"version": 1, "path": options.path, "files": files}, indent=2) + "\n")
        return 0
    sys.stdout.writelines(f"{options.path}/{name}\n" for name in files)
    sys.stdout.flush()
    sys.stderr.write(
        f"to work on it: cd {options.path}; bodega venv; bodega install -e '.[test]'; bodega run pytest\n"
    )
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser("new", "Make a small sound project, ready to be built and published.")
    parser.epilog = _EXAMPLES
    parser.add_argument("path", metavar="PATH", help="the folder; its last part is the project's name")
    kind = parser.add_mutually_exclusive_group()
    for flag, words in (
        ("lib", "a library (the default)"),
        ("app", "a program, too"),
        ("compiled", "with a module in C"),
    ):
        kind.add_argument(
            f"--{flag}", dest="kind", action="store_const", const=flag, default="lib", help=words
        )
    parser.add_argument("--python", metavar="VERSION", help="the oldest Python (default: that of bodega)")
    add_json(parser)
    return parser
