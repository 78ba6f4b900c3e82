"""``bodega audit``: what is known to be wrong with what a lock or an environment holds."""

import os
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bodega.cli.arguments import Parser, UsageError
from bodega.cli.auditing import add_subject, composition_for, lock_project, project_folder, subject_workshop
from bodega.cli.failures import FAILED, NETWORK, REFUSED
from bodega.cli.installing import add_environment, add_index, print_json, say

if TYPE_CHECKING:
    from bodega.installer.auditing.findings import Ignore
    from bodega.installer.auditing.sources import AdvisorySource
    from bodega.installer.commands.audit import AuditReport, AuditWishes
    from bodega.installer.commands.audit_plan import Plan
    from bodega.installer.commands.workshop import Workshop
    from bodega.installer.inputs.audit_settings import AuditSettings

_LEVELS = ("low", "medium", "high", "critical")


class _IgnoreAction(Action):
    """Keeps ``--ignore`` and ``--reason`` in the order in which they were given."""

    def __call__(
        self,
        parser: ArgumentParser,
        namespace: Namespace,
        values: str | Sequence[object] | None,
        option_string: str | None = None,
    ) -> None:
        """Append (option, value)."""
        _ = parser
        setattr(namespace, self.dest, [*(getattr(namespace, self.dest) or ()), (option_string, str(values))])


def run(arguments: list[str]) -> int:
    """Run the command."""
    options = parser().parse_args(arguments)
    from bodega.installer.commands.audit import audit
    from bodega.installer.inputs.audit_settings import read_audit_settings

    workshop = subject_workshop(options)
    try:
        settings = read_audit_settings(project_folder(options))
        wishes = _wishes(options, settings)
        report = audit(composition_for(options, workshop), _source(options, settings, workshop), wishes)
        plan = _plan(options, report, workshop)
    finally:
        workshop.progress.done()
        workshop.store.close()
    _print(options, report, plan)
    if report.has_malware:
        return REFUSED
    if report.findings:
        return FAILED
    return NETWORK if options.strict and report.unknown else 0


def parser() -> Parser:
    """The options."""
    parser = Parser(
        "audit",
        "Tell what is known to be wrong with what a lock or an environment holds. Exit code 0: nothing; "
        "1: advisories; 4: malicious releases; 5: nothing could be known.",
    )
    add_subject(parser)
    parser.add_argument(
        "--osv",
        metavar="PATH",
        help="a folder, zip, tar or file of advisories in the OSV format; default: ask the index",
    )
    parser.add_argument(
        "--ignore",
        action=_IgnoreAction,
        dest="ignores",
        metavar="ID[:UNTIL]",
        help="leave this advisory out, until a day such as 2027-01-31; repeatable",
    )
    parser.add_argument(
        "--reason", action=_IgnoreAction, dest="ignores", metavar="TEXT", help="why the --ignore before it"
    )
    parser.add_argument("--severity", choices=_LEVELS, help="what is less severe does not count")
    parser.add_argument("--no-plan", action="store_true", help="look for no versions that would cure it")
    parser.add_argument("--strict", action="store_true", help="exit code 5 where something is not known")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    add_environment(parser)
    add_index(parser)
    return parser


def _wishes(options: Namespace, settings: "AuditSettings") -> "AuditWishes":
    from datetime import UTC, datetime

    from bodega.installer.auditing.findings import Ignore
    from bodega.installer.commands.audit import AuditWishes

    said = [Ignore(id=one.id, reason=one.reason, until=one.until) for one in settings.ignored]
    return AuditWishes(
        ignores=(*_ignores(options.ignores or ()), *said),
        severity=options.severity or settings.severity,
        today=datetime.now(UTC).date(),
    )


def _ignores(given: Sequence[tuple[str, str]]) -> "list[Ignore]":
    """A reason is that of the ignores before it that have none yet."""
    from dataclasses import replace

    from bodega.installer.auditing.findings import Ignore
    from bodega.installer.inputs.audit_settings import day

    found: list[Ignore] = []
    for option, value in given:
        if option == "--reason":
            if not found or found[-1].reason:
                raise UsageError("--reason stands behind the --ignore that it is for")
            found = [one if one.reason else replace(one, reason=value) for one in found]
            continue
        name, colon, until = value.partition(":")
        if not name or (colon and day(until) is None):
            raise UsageError(
                f"--ignore {value!r} is no id with a day", why="write GHSA-xxxx or GHSA-xxxx:2027-01-31"
            )
        found.append(Ignore(id=name, until=day(until) if colon else None))
    return found


def _source(options: Namespace, settings: "AuditSettings", workshop: "Workshop") -> "AdvisorySource":
    from bodega.bootstrap.settings import Given, read_settings
    from bodega.installer.auditing.osv_database import open_osv
    from bodega.installer.auditing.sources import IndexSource, OsvSource

    path = options.osv or read_settings(os.environ, Given({})).text("osv") or settings.osv
    if path:
        return OsvSource(lambda: open_osv(path, workshop.computed))
    return IndexSource(workshop.supplies().documents())


def _plan(options: Namespace, report: "AuditReport", workshop: "Workshop") -> "Plan | None":
    """What would cure it; a plan that cannot be made takes nothing from what was found."""
    if options.no_plan or not report.findings:
        return None
    from bodega.formats.errors import BodegaError
    from bodega.installer.commands.audit_plan import plan_for

    try:
        return plan_for(report, workshop, lock_project(options))
    except BodegaError as error:
        say(options, f"note: no cure was looked for: {error.what}" + (f" ({error.why})" if error.why else ""))
        return None


def _print(options: Namespace, report: "AuditReport", plan: "Plan | None") -> None:
    if options.json or options.format == "json":
        from bodega.cli.audit_document import document

        print_json(document(report, plan))
    elif options.format == "sarif":
        from bodega.cli.audit_document import sarif_document

        print_json(sarif_document(report))
    else:
        from bodega.cli.audit_words import print_text

        print_text(options, report, plan)
    sys.stdout.flush()
