"""``[tool.bodega.audit]`` and ``[tool.bodega.licenses]`` of a pyproject.toml: what of a project may stay."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bodega.formats.names import NormalizedName, normalize
from bodega.installer.inputs.groups import DEFAULT_FILE
from bodega.installer.inputs.typed_table import ProjectFileError, TypedTable

_LEVELS = ("low", "medium", "high", "critical")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class IgnoredAdvisory:
    """An advisory that does not count, why, and from which day on it does again."""

    id: str
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """How a project is audited. ``osv`` is an absolute path; empty where nothing is said."""

    ignored: tuple[IgnoredAdvisory, ...] = ()
    osv: str = ""
    severity: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenseSettings:
    """Which licences a project's dependencies may have: SPDX ids, and patterns such as ``GPL-*``.

    ``known`` says what the licence of a project is, where its metadata do not.
    """

    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    known: Mapping[NormalizedName, str] = field(default_factory=dict)


def read_audit_settings(folder: str) -> AuditSettings:
    """Those of the nearest pyproject.toml, in a folder or above it; raises ProjectFileError."""
    path, table = _bodega_table(folder)
    audit = table.table("audit")
    audit.only(("ignore", "osv", "severity"))
    severity = audit.text("severity")
    if severity is not None and severity not in _LEVELS:
        raise audit.wrong("severity", f"it is {severity!r}; known are {', '.join(_LEVELS)}")
    osv = audit.text("osv")
    return AuditSettings(
        ignored=tuple(_ignored(one) for one in audit.tables("ignore")),
        osv=os.path.normpath(os.path.join(os.path.dirname(path), osv)) if osv else "",
        severity=severity,
    )


def read_license_settings(folder: str) -> LicenseSettings:
    """Those of the nearest pyproject.toml, in a folder or above it; raises ProjectFileError."""
    licenses = _bodega_table(folder)[1].table("licenses")
    licenses.only(("allow", "deny", "known"))
    known = licenses.table("known")
    return LicenseSettings(
        allow=licenses.texts("allow"),
        deny=licenses.texts("deny"),
        known={normalize(name): known.required_text(name) for name in known},
    )


def _ignored(table: TypedTable) -> IgnoredAdvisory:
    table.only(("id", "reason", "until"))
    said = table.value("until")
    until: date | None = None
    if isinstance(said, datetime):
        until = said.date()
    elif isinstance(said, date):
        until = said
    elif said is not None:
        text = table.required_text("until")
        until = day(text)
        if until is None:
            raise table.wrong("until", f"{text!r} is no day, such as 2027-01-31")
    return IgnoredAdvisory(table.required_text("id"), table.required_text("reason"), until)


def day(text: str) -> date | None:
    """The day that a text of the form YEAR-MONTH-DAY names."""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _bodega_table(folder: str) -> tuple[str, TypedTable]:
    """The path of the file, and its ``[tool.bodega]``; empty where there is none."""
    from bodega.installer.inputs.project_file import NoProjectFoundError, find_project  # noqa: PLC0415

    try:
        path = find_project(folder)
    except NoProjectFoundError:
        path = os.path.join(folder, DEFAULT_FILE)
        return path, TypedTable({}, path)
    shown = os.path.relpath(path)
    return path, TypedTable(_parsed(path, shown), shown).table("tool").table("bodega")


def _parsed(path: str, shown: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - many folders have no pyproject.toml

    try:
        with open(path, "rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ProjectFileError(shown, "all", f"it is not TOML: {error}") from None
