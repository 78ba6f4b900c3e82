"""``bodega sbom``: what a lock or an environment is composed of, as CycloneDX or SPDX."""

import os
from argparse import Namespace
from typing import TYPE_CHECKING, Any

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.auditing import add_subject, composition_for, lock_project, subject_workshop
from bodega.cli.installing import add_environment, add_index, print_json, say
from bodega.cli.results import write_whole

if TYPE_CHECKING:
    from bodega.formats.bill import Bill
    from bodega.installer.commands.sbom import Root

_NEWEST = {"cyclonedx": "1.6", "spdx": "2.3"}


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    version = _version(options)
    time = _time(options)
    from bodega.installer.commands.sbom import bill_of
    from bodega.installer.commands.shelf import shelf_of

    workshop = subject_workshop(options)
    try:
        composition = composition_for(options, workshop)
        made = bill_of(composition, shelf_of(workshop), root=_root(options), time=time)
    finally:
        workshop.progress.done()
        workshop.store.close()
    import json

    document = _document(made.bill, options.format, version)
    write_whole(options.output, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    if options.json and options.output != "-":
        told = {"version": 1, "path": options.output, "components": len(made.bill.parts)}
        print_json({**told, "remarks": list(made.remarks)})
    for remark in made.remarks:
        say(options, f"note: {remark}")
    say(options, f"{len(made.bill.parts)} components of {composition.place}, {options.format} {version}")
    return 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "sbom", "Write down what a lock or an environment is composed of, as a bill of materials in JSON."
    )
    add_subject(parser)
    parser.add_argument("--format", choices=tuple(_NEWEST), default="cyclonedx")
    parser.add_argument(
        "--spec-version", metavar="VERSION", help="1.6 or 1.7 of CycloneDX (default: 1.6), 2.3 of SPDX"
    )
    parser.add_argument("-o", "--output", default="-", metavar="FILE", help="default: stdout")
    parser.add_argument(
        "--project",
        metavar="FILE",
        help="the pyproject.toml of what all is for (default: that beside the lock)",
    )
    parser.add_argument(
        "--timestamp",
        metavar="TIME",
        help="when it was made, such as 2026-01-31T12:00:00Z (default: SOURCE_DATE_EPOCH, else now)",
    )
    add_environment(parser)
    add_index(parser)
    return parser


def _version(options: Namespace) -> str:
    from bodega.formats import cyclonedx, spdx

    known = cyclonedx.VERSIONS if options.format == "cyclonedx" else spdx.VERSIONS
    version: str = options.spec_version or _NEWEST[options.format]
    if version not in known:
        raise UsageError(
            f"{options.format} {version!r} cannot be written", why=f"known are {', '.join(known)}"
        )
    return version


def _time(options: Namespace) -> str:
    """The moment in RFC 3339, UTC, whole seconds."""
    from datetime import UTC, datetime

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        if options.timestamp:
            moment = datetime.fromisoformat(options.timestamp)
            moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        else:
            moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        raise UsageError(
            f"{(options.timestamp or epoch)[:60]!r} is no time", why="write one such as 2026-01-31T12:00:00Z"
        ) from None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _root(options: Namespace) -> "Root | None":
    """The project, where one is named or stands beside the lock."""
    from bodega.installer.commands.sbom import Root

    if options.project is None:
        project = lock_project(options)
    else:
        from bodega.installer.inputs.project_file import read_project

        project = read_project(options.project)
    if project is None or project.name is None:
        return None
    return Root(project.name, project.version or "")


def _document(bill: "Bill", form: str, version: str) -> dict[str, Any]:
    if form == "spdx":
        from bodega.formats.spdx import spdx

        return spdx(bill)
    from bodega.formats.cyclonedx import cyclonedx

    return cyclonedx(bill, version)
