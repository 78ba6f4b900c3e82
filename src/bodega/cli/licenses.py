"""``bodega licenses``: the terms of what a lock or an environment holds, and whether they are allowed."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bodega.cli.arguments import Parser
from bodega.cli.auditing import add_subject, composition_for, project_folder, subject_workshop
from bodega.cli.colour import paint
from bodega.cli.failures import REFUSED
from bodega.cli.installing import add_environment, add_index, say
from bodega.cli.results import write_whole

if TYPE_CHECKING:
    from bodega.installer.commands.licenses import Licensed

_UNKNOWN = "unknown"


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.formats.license_policy import license_policy
    from bodega.installer.commands.licenses import licensed
    from bodega.installer.commands.shelf import shelf_of
    from bodega.installer.inputs.audit_settings import read_license_settings

    workshop = subject_workshop(options)
    try:
        settings = read_license_settings(project_folder(options))
        allow, deny = _listed(options.allow) or settings.allow, _listed(options.deny) or settings.deny
        policy = license_policy(allow, deny)
        composition = composition_for(options, workshop)
        found = licensed(composition, shelf_of(workshop), policy, settings.known)
    finally:
        workshop.progress.done()
        workshop.store.close()
    _print(options, found)
    return REFUSED if any(one.refused for one in found) else 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "licenses",
        "Tell the licences of what a lock or an environment holds. Exit code 4: a list does not allow one.",
    )
    add_subject(parser)
    parser.add_argument(
        "--allow",
        action="append",
        default=[],
        metavar="LIST",
        help="allow these SPDX ids alone; GPL-* works too",
    )
    parser.add_argument("--deny", action="append", default=[], metavar="LIST", help="refuse these SPDX ids")
    parser.add_argument("--format", choices=("text", "json", "csv", "markdown"), default="text")
    parser.add_argument("--texts", action="store_true", help="print the texts themselves, as a notice file")
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="default: stdout")
    add_environment(parser)
    add_index(parser)
    return parser


def _listed(given: Sequence[str]) -> tuple[str, ...]:
    return tuple(one.strip() for text in given for one in text.split(",") if one.strip())


def _print(options: Namespace, found: "Sequence[Licensed]") -> None:
    if options.json or options.format == "json":
        import json

        document = {"version": 1, "projects": [_as_json(one, texts=options.texts) for one in found]}
        write_whole(options.output, json.dumps(document, indent=2) + "\n")
        return
    forms = {"text": _lines, "csv": _csv, "markdown": _markdown}
    form = _notice if options.texts else forms[options.format]
    write_whole(options.output, "".join(f"{line}\n" for line in form(found)))
    for one in found:
        if one.why:
            say(options, f"note: little is known of {_title(one)}: {one.why}")
        if options.texts and next(one.texts(), None) is None:
            say(options, f"note: {_title(one)} has no text of its licence here")
    for one in found:
        if one.refused:
            word = paint("refused", "red", sys.stderr)
            say(
                options,
                f"{word}: {_title(one)} is {_named(one)}, which has {', '.join(one.refused)}{_via(one)}",
            )
    say(options, _summary(found))


def _lines(found: "Sequence[Licensed]") -> Iterator[str]:
    """Grouped by licence; a guess is marked."""
    groups: dict[str, list[Licensed]] = {}
    for one in found:
        groups.setdefault(_named(one), []).append(one)
    for name in sorted(groups, key=lambda text: (text == _UNKNOWN, text.lower())):
        yield name
        for one in groups[name]:
            guess = f" (guessed from {one.license.text})" if one.license.is_guessed else ""
            yield f"  {_title(one)}{guess}"


def _csv(found: "Sequence[Licensed]") -> Iterator[str]:
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("name", "version", "license", "origin"))
    for one in found:
        # A spreadsheet takes what begins with one of these for a formula.
        cells = (one.component.name, one.component.version, _named(one), one.license.origin)
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in cells])
    yield from out.getvalue().splitlines()


def _markdown(found: "Sequence[Licensed]") -> Iterator[str]:
    yield "| project | version | licence |"
    yield "|---|---|---|"
    for one in found:
        guess = " (guessed)" if one.license.is_guessed else ""
        name = _named(one).replace("|", "\\|")
        yield f"| {one.component.name} | {one.component.version} | {name}{guess} |"


def _notice(found: "Sequence[Licensed]") -> Iterator[str]:
    for number, one in enumerate(found):
        title = f"{_title(one)} ({_named(one)})"
        yield from ((["", ""] if number else []) + ["=" * len(title), title, "=" * len(title)])
        for name, text in one.texts():
            yield from ("", f"--- {name}", "", text.strip("\n"))


def _as_json(one: "Licensed", *, texts: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "name": one.component.name,
        "version": one.component.version,
        "license": one.license.expression,
        "origin": one.license.origin,
        "guessed": one.license.is_guessed,
        "text": one.license.text or None,
        "refused": list(one.refused),
        "via": list(one.via),
        "why": one.why or None,
    }
    return {**document, "texts": dict(one.texts())} if texts else document


def _named(one: "Licensed") -> str:
    return one.license.expression or _UNKNOWN


def _title(one: "Licensed") -> str:
    return f"{one.component.name} {one.component.version}".rstrip()


def _via(one: "Licensed") -> str:
    return f" (required by {' < '.join(reversed(one.via[:-1]))})" if len(one.via) > 1 else ""


def _summary(found: "Sequence[Licensed]") -> str:
    unknown = sum(one.license.expression is None for one in found)
    guessed = sum(one.license.is_guessed for one in found)
    names = len({_named(one) for one in found if one.license.expression is not None})
    return f"{len(found)} releases under {names} licences; {guessed} guessed, {unknown} unknown"
