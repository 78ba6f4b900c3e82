"""The result of an audit in words, and as a document."""

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from bodega.cli.colour import paint
from bodega.cli.installing import say

if TYPE_CHECKING:
    from bodega.installer.auditing.components import Component
    from bodega.installer.auditing.findings import Finding, Ignore
    from bodega.installer.commands.audit import AuditReport

_COLOURS = {"critical": "red", "high": "red", "medium": "yellow"}


def print_text(options: Namespace, report: "AuditReport") -> None:
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
    sys.stdout.flush()
    for one in report.ignored:
        say(options, f"ignored: {_title(one.component)} {one.id}{_ignored(one.ignored)}")
    say(options, _summary(report))


def _lines(findings: "Sequence[Finding]") -> Iterator[str]:
    """One component: its faults, then why it is there."""
    yield _title(findings[0].component)
    for one in findings:
        yield f"  {_severity(one)} {one.id}{': ' if one.summary else ''}{one.summary}"
        if len(one.ids) > 1:
            yield f"    also {', '.join(one.ids[1:])}"
        yield f"    fixed in {', '.join(one.fixed_in)}" if one.fixed_in else "    no fixed version is named"
        if one.url:
            yield f"    {one.url}"
    yield f"  {_why(findings[0])}"


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
    return f"{', '.join(parts)}; {_count(audited, 'release', 'releases')} audited by {report.source}"


def _count(number: int, one: str, many: str) -> str:
    return f"{number or 'no'} {one if number == 1 else many}"


def document(report: "AuditReport") -> dict[str, Any]:
    """The whole result, for programs."""
    return {
        "version": 1,
        "place": report.composition.place,
        "source": report.source,
        "audited": len(report.composition.components) - len(report.unknown),
        "findings": [_as_json(one) for one in report.findings],
        "ignored": [{**_as_json(one), "ignore": _ignore_json(one.ignored)} for one in report.ignored],
        "below_severity": [_as_json(one) for one in report.below],
        "not_audited": [
            {"name": one.component.name, "version": one.component.version, "why": one.why}
            for one in report.unknown
        ],
        "ignores_over": [_ignore_json(one) for one in report.over],
        "ignores_unused": [_ignore_json(one) for one in report.unused],
        "remarks": list(report.remarks),
    }


def _as_json(one: "Finding") -> dict[str, Any]:
    return {
        "name": one.component.name,
        "version": one.component.version,
        "marker": one.component.marker,
        "id": one.id,
        "aliases": list(one.ids[1:]),
        "summary": one.summary,
        "malware": one.is_malware,
        "severity": one.level,
        "score": one.score,
        "url": one.url or None,
        "fixed_in": list(one.fixed_in),
        "requested": one.component.requested,
        "via": list(one.via),
    }


def _ignore_json(ignore: "Ignore | None") -> dict[str, Any] | None:
    if ignore is None:
        return None
    return {
        "id": ignore.id,
        "reason": ignore.reason,
        "until": ignore.until.isoformat() if ignore.until else None,
    }
