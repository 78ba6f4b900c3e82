"""The result of an audit in words."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from bodega.cli.colour import paint
from bodega.cli.installing import say

if TYPE_CHECKING:
    from bodega.installer.auditing.components import Component
    from bodega.installer.auditing.findings import Finding, Ignore
    from bodega.installer.commands.audit import AuditReport
    from bodega.installer.commands.audit_plan import Change, Plan

#: How much of a summary is told to people; all of it is in the JSON.
_SHOWN = 100
_COLOURS = {"critical": "red", "high": "red", "medium": "yellow"}


def print_text(options: Namespace, report: "AuditReport", plan: "Plan | None") -> None:
    """Findings on stdout, what is said about them on stderr."""
    for remark in report.remarks:
        say(options, f"note: {remark}")
    for unknown in report.unknown:
        say(options, f"note: {_title(unknown.component)} is not audited: {unknown.why}")
    for ignore in report.over:
        say(options, f"note: {ignore.id} was ignored until {ignore.until}, and counts again")
    for ignore in report.unused:
        say(options, f"note: {ignore.id} is ignored, and not there")
    for _, same in groupby(report.findings, key=lambda one: (one.component.name, one.component.version)):
        sys.stdout.writelines(f"{line}\n" for line in _lines(list(same)))
    if plan is not None:
        sys.stdout.writelines(f"{line}\n" for line in _plan(plan))
    sys.stdout.flush()
    for one in report.ignored:
        say(options, f"ignored: {_title(one.component)} {one.id}{_ignored(one.ignored)}")
    say(options, _summary(report))


def _lines(findings: "Sequence[Finding]") -> Iterator[str]:
    """One component: its faults, then why it is there."""
    yield _title(findings[0].component)
    for one in findings:
        yield f"  {_severity(one)} {one.id}{': ' if one.summary else ''}{_short(one.summary)}"
        if len(one.ids) > 1:
            yield f"    also {', '.join(one.ids[1:])}"
        yield f"    fixed in {', '.join(one.fixed_in)}" if one.fixed_in else "    no fixed version is named"
        if one.url:
            yield f"    {one.url}"
    yield f"  {_why(findings[0])}"


def _short(summary: str) -> str:
    return summary if len(summary) <= _SHOWN else f"{summary[:_SHOWN].rpartition(' ')[0]}…"


def _severity(one: "Finding") -> str:
    if one.is_malware:
        return paint("MALICIOUS", "red", sys.stdout)
    score = "" if one.score is None else f" {one.score:.1f}"
    level = one.level or "severity unknown"
    return paint(f"{level}{score}", _COLOURS[level], sys.stdout) if level in _COLOURS else f"{level}{score}"


def _why(one: "Finding") -> str:
    if len(one.via) == 1:
        return "asked for" if one.component.requested else "nothing there requires it"
    return f"required by {' < '.join(reversed(one.via[:-1]))}"


def _title(component: "Component") -> str:
    return f"{component.name} {component.version}".rstrip()


def _ignored(ignore: "Ignore | None") -> str:
    if ignore is None:
        return ""
    reason = f" ({ignore.reason})" if ignore.reason else ""
    return f"{reason} until {ignore.until}" if ignore.until else reason


def _summary(report: "AuditReport") -> str:
    audited = len(report.composition.components) - len(report.unknown)
    parts = [_count(len(report.findings), "advisory", "advisories")]
    if report.findings:
        projects = {one.component.name for one in report.findings}
        parts[0] += f" on {_count(len(projects), 'project', 'projects')}"
    if report.ignored:
        parts.append(f"{len(report.ignored)} ignored")
    if report.below:
        parts.append(f"{len(report.below)} below the severity asked for")
    if report.unknown:
        parts.append(f"{len(report.unknown)} not audited")
    return f"{', '.join(parts)}; {_count(audited, 'release', 'releases')} audited by {report.told.place}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


def _plan(plan: "Plan") -> Iterator[str]:
    """What would cure it, and what nothing cures."""
    if plan.upgrades:
        yield "cure, " + (
            "tried and sound:" if plan.is_proved else "not tried, as what was asked for is not known:"
        )
    yield from (f"  {_change(one)}" for one in plan.upgrades)
    yield from (f"  with it {_change(one)}" for one in plan.others)
    for one in plan.incurable:
        yield f"no cure for {one.name}: {one.why}"


def _change(one: "Change") -> str:
    if one.before is None:
        return f"{one.name} {one.after}, which is new"
    return f"{one.name} {one.before} -> {one.after}" if one.after else f"{one.name} {one.before} goes"
