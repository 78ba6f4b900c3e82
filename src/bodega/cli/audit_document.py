"""The result of an audit as documents: JSON of our own, and SARIF."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bodega.formats.sarif import Result
    from bodega.installer.auditing.findings import Finding, Ignore
    from bodega.installer.commands.audit import AuditReport
    from bodega.installer.commands.audit_plan import Plan

_LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "none": "note"}


def document(report: "AuditReport", plan: "Plan | None") -> dict[str, Any]:
    """The whole result, for programs."""
    return {
        "version": 1,
        "place": report.composition.place,
        "source": report.told.place,
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
        "plan": None if plan is None else asdict(plan),
    }


def sarif_document(report: "AuditReport") -> dict[str, Any]:
    """The findings, and those that are ignored as suppressed, in the form that code hosts take in."""
    from bodega import __version__
    from bodega.formats.sarif import sarif

    results = [_result(one) for one in (*report.findings, *report.ignored)]
    return sarif(results, place=report.composition.place, tool="bodega", version=__version__)


def _result(one: "Finding") -> "Result":
    from bodega.formats.sarif import Result

    release = f"{one.component.name} {one.component.version}"
    cure = f" Fixed in {', '.join(one.fixed_in)}." if one.fixed_in else ""
    return Result(
        id=one.id,
        message=f"{release}: {one.summary or one.id}.{cure}".replace("..", "."),
        title=one.summary,
        level=_LEVELS.get(one.level or "", "warning") if not one.is_malware else "error",
        key=f"{release} {one.id}",
        score=one.score,
        url=one.url,
        suppressed=None if one.ignored is None else one.ignored.reason or "ignored",
    )


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
