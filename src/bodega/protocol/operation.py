"""One operation of the management API: what it is called, where it is, and what it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from bodega.protocol.fields import Field

ROOT = "/api/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation. ``path`` is below ``ROOT``; its ``{name}`` segments are texts.

    ``scope`` is what a token needs. ``answer`` names a shape of ``protocol.answers``, ``status`` is that of
    success. ``also`` names a field with another index in which the token needs the scope as well.
    """

    name: str
    method: str
    path: str
    scope: str
    summary: str
    answer: str
    query: tuple[Field, ...] = ()
    body: tuple[Field, ...] = ()
    status: int = 200
    also: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    def target(self, values: Mapping[str, Any]) -> str:
        """Path and query of a request with these values."""
        path = self.path
        for name in self.parameters:
            path = path.replace(f"{{{name}}}", quote(str(values[name]), safe=""))
        given = {field.name: values[field.name] for field in self.query if field.name in values}
        return f"{ROOT}{path}" + (f"?{urlencode(given)}" if given else "")

    def content(self, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The body of a request with these values; ``None`` for an operation without one."""
        if self.method not in ("POST", "PUT"):
            return None
        return {field.name: values[field.name] for field in self.body if field.name in values}
