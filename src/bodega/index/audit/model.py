"""Audit records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One act.

    ``object`` of a file's act is the bare file name, of a token's the token's id, of a release's the
    project's normalized name and the version with a space between, of a project's its normalized name.
    """

    at: datetime
    actor: str
    action: str
    object: str
    project: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
