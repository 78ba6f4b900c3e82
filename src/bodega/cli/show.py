"""``bodega show``: what an installed distribution says of itself, and where it lies."""

import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser
from bodega.cli.installing import add_environment, print_json, say, workshop_for

if TYPE_CHECKING:
    from bodega.installer.commands.shown import Shown

#: From this version of the core metadata on, the licence is an expression (PEP 639).
_LICENSE_EXPRESSION = (2, 4)


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    import os

    from bodega.formats.markers import Markers
    from bodega.formats.names import normalize
    from bodega.installer.commands.shown import described
    from bodega.installer.environments.inventory import take_inventory

    interpreter = workshop_for(options).interpreter()
    found = take_inventory(interpreter, os.environ)
    names = [normalize(name) for name in options.names]
    shown, missing = described(names, found, Markers(interpreter.target.markers))
    if missing:
        typed = {normalize(name): name for name in options.names}
        say(options, f"warning: not installed: {', '.join(typed[name] for name in missing)}")
    if options.json:
        from dataclasses import asdict

        print_json({"version": 1, "projects": [asdict(one) for one in shown], "missing": missing})
    else:
        for number, one in enumerate(shown):
            sys.stdout.write("---\n" if number else "")
            sys.stdout.writelines(f"{line}\n" for line in _lines(one, options))
    return 0 if shown else 1


def parser() -> Parser:
    """The options."""
    parser = Parser("show", "Show what is known of installed projects.", pip=True)
    parser.add_argument("names", nargs="+", metavar="PROJECT", help="the name of an installed project")
    parser.add_argument("-f", "--files", action="store_true", help="list the installed files, too")
    add_environment(parser)
    return parser


def _lines(one: "Shown", options: Namespace) -> Iterator[str]:
    yield f"Name: {one.name}"
    yield f"Version: {one.version}"
    yield f"Summary: {one.fields['summary']}"
    yield f"Home-page: {one.home_page}"
    yield f"Author: {one.fields['author']}"
    yield f"Author-email: {one.fields['author_email']}"
    yield _license(one)
    yield f"Location: {one.location}"
    if one.editable_at is not None:
        yield f"Editable project location: {one.editable_at}"
    yield f"Requires: {', '.join(one.requires)}"
    yield f"Required-by: {', '.join(one.required_by)}"
    if options.verbose:
        yield f"Metadata-Version: {one.fields['metadata_version']}"
        yield f"Installer: {one.installer}"
        yield from _section("Classifiers", one.classifiers)
        yield from _section("Entry-points", one.entry_points)
        yield from _section("Project-URLs", one.project_urls)
    if options.files:
        if one.files is None:
            yield "Files:"
            yield "Cannot locate RECORD or installed-files.txt"
        else:
            yield from _section("Files", one.files)


def _license(one: "Shown") -> str:
    expression = one.fields["license_expression"]
    written = one.fields["metadata_version"].split(".")
    is_new = all(part.isdecimal() for part in written) and tuple(map(int, written)) >= _LICENSE_EXPRESSION
    return (
        f"License-Expression: {expression}" if expression and is_new else f"License: {one.fields['license']}"
    )


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{title}:"
    yield from (f"  {line.strip()}" for line in lines)
