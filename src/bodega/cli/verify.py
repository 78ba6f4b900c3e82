"""``bodega verify``: an environment, the store of the installer, and an index, against their digests."""

import os
import re
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.installing import add_environment, add_index, print_json, say
from bodega.cli.progress import Progress

if TYPE_CHECKING:
    from bodega.bootstrap.verifying import Fault, Verified

_DESCRIPTION = (
    "Check every file of the environment, and of the store, bytecode too, against its digest, and where "
    "there is an index on this machine, every file that it lists and every one that it keeps. The server may "
    "be running."
)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
#: Kinds of faults that harm nobody: room that is used for nothing.
_HARMLESS = frozenset({"orphan"})


def run(arguments: list[str]) -> int:
    """Run the command; 0 when nothing is wrong, or all of it was put right."""
    options = parser().parse_args(arguments)
    rate = _rate(options.rate)
    alone = [word for word in ("data", "store", "environment") if getattr(options, word)]
    if len(alone) > 1:
        raise UsageError(f"--{alone[0]} stands alone: --{alone[1]} is about something else")
    installer = None
    if not options.data:
        from bodega.cli.verify_installer import look

        installer = look(options)
    index = None if options.store or options.environment else _index(options, rate)
    if options.json:
        found = installer.document() if installer else {"damage": [], "environment": None}
        print_json({"version": 1, **found, "index": index.document() if index else None})
    is_clean = (installer is None or installer.is_clean()) and (index is None or index.is_clean())
    return 0 if is_clean else 1


def parser() -> Parser:
    """The options."""
    parser = Parser("verify", _DESCRIPTION)
    parser.add_argument("--data", help="check the index of this data folder alone")
    parser.add_argument("--store", action="store_true", help="check the store alone")
    parser.add_argument("--environment", action="store_true", help="check the environment alone")
    parser.add_argument(
        "--repair",
        action="store_true",
        help="install again what is damaged, from trees that are made again where they are; in an index, "
        "remove kept files that are damaged (they are fetched again) and stored bytes that nothing "
        "refers to for an hour, and make lost metadata again",
    )
    parser.add_argument("--rate", metavar="BYTES", help="read at most so much a second, such as 50M")
    add_environment(parser)
    add_index(parser)
    return parser


def _rate(text: str | None) -> int | None:
    if text is None:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,12})([kmg]?)", text.lower())
    if found is None:
        raise UsageError(f"--rate cannot be {text[:40]!r}", why="it takes bytes a second, such as 50M")
    return int(found[1]) * _UNITS[found[2]]


def _index(options: Namespace, rate: int | None) -> "Report | None":
    from bodega.bootstrap.settings import Given, read_settings

    settings = read_settings(os.environ, Given({"data": options.data}))
    if not options.data and not os.path.exists(os.path.join(settings.data, "bodega.db")):
        return None
    try:
        from bodega.bootstrap.verifying import index_verification
    except ModuleNotFoundError as error:
        from bodega.cli.serve import ServerExtraMissingError

        raise ServerExtraMissingError(error.name or "a dependency") from error
    progress = Progress(quiet=bool(options.quiet) or options.json)
    report = Report(settings.data)
    with index_verification(settings, rate=rate, tell=lambda seen: progress.tell(_words(seen))) as looking:
        for fault in looking.faults(repair=options.repair):
            progress.done()
            report.faults.append(fault)
            if not options.json:
                repaired = ", repaired" if fault.is_repaired else ""
                sys.stdout.write(f"{fault.of}: {fault.kind}{repaired}: {fault.why}\n")
        progress.done()
        report.seen = seen = looking.seen
    sys.stdout.flush()
    faults = f"{len(report.faults)} found" if report.faults else "nothing is wrong"
    say(options, f"the index in {settings.data}: {_words(seen)}; {faults}")
    return report


class Report:
    """What the look at an index found."""

    def __init__(self, data: str) -> None:
        self.data = data
        self.seen: Verified | None = None
        self.faults: list[Fault] = []

    def is_clean(self) -> bool:
        """Whether nothing is wrong, or all of it was put right."""
        return all(fault.is_repaired or fault.kind in _HARMLESS for fault in self.faults)

    def document(self) -> dict[str, object]:
        """The report for programs."""
        seen = self.seen
        return {
            "data": self.data,
            "files": seen.files if seen else 0,
            "kept": seen.kept if seen else 0,
            "bytes": seen.bytes if seen else 0,
            "faults": [
                {
                    "kind": fault.kind,
                    "of": fault.of,
                    "why": fault.why,
                    "sha256": fault.sha256,
                    "repaired": fault.is_repaired,
                }
                for fault in self.faults
            ],
        }


def _words(seen: "Verified") -> str:
    return f"{seen.files} files, {seen.kept} kept of upstreams, {seen.bytes / 1e6:.1f} MB read"
