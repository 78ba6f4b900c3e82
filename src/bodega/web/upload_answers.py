"""Answers to uploads: plain text whose words stand in the reason phrase too, or a problem document."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bodega.formats.errors import BodegaError
from bodega.index.catalog.accept import Accepted
from bodega.web.credentials import CHALLENGE
from bodega.web.reason_phrase import say_reason

#: Statuses by the beginning of an error's code; the longest beginning wins.
STATUSES: dict[str, int] = {
    "E-AUTH-INVALID": 401,
    "E-AUTH-FORBIDDEN": 403,
    "E-FILE-EXISTS": 400,
    "E-PROJECT-CLOSED": 403,
    "E-RELEASE-CLOSED": 403,
    "E-FORM-MALFORMED": 400,
    "E-FORM-TOO-LARGE": 413,
    "E-UPLOAD-TOO-LARGE": 413,
    "E-UPLOAD-CUT": 400,
    "E-UPLOAD": 400,
    "E-STORAGE-FULL": 507,
    "E-DATABASE": 503,
}
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    405: "Method Not Allowed",
    413: "Content Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    507: "Insufficient Storage",
}
_PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to be sent; ``reason`` goes into the status line."""

    status: int
    body: bytes
    content_type: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    reason: str = ""

    async def send(self, scope: Mapping[str, Any], send: Any) -> None:
        """Send it."""
        headers = [
            (b"content-type", self.content_type.encode()),
            (b"content-length", str(len(self.body)).encode()),
            (b"cache-control", b"no-store"),
            *self.headers,
        ]
        if self.reason:
            say_reason(scope, self.reason)
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


def accepted(result: Accepted) -> Answer:
    """200, and what was done."""
    done = "published" if result.is_new else "is there already, with the same bytes"
    return Answer(200, f"{result.filename} {done}\n".encode(), "text/plain; charset=utf-8")


def refused(error: BodegaError, accept: str) -> Answer:
    """The status of the error, in words or as a problem document (RFC 9457)."""
    status = status_of(error)
    headers = (CHALLENGE,) if status == 401 else ()  # noqa: PLR2004
    if _PROBLEM in accept or "application/json" in accept:
        return Answer(status, json.dumps(problem(error, status)).encode(), _PROBLEM, headers, error.what)
    text = error.what if error.why is None else f"{error.what}\n{error.why}"
    return Answer(status, f"{text}\n".encode(), "text/plain; charset=utf-8", headers, error.what)


def method_not_allowed(allowed: str) -> Answer:
    """405, with what is allowed."""
    text = f"uploads are sent by {allowed}\n".encode()
    return Answer(405, text, "text/plain; charset=utf-8", ((b"allow", allowed.encode()),))


def problem(error: BodegaError, status: int) -> dict[str, object]:
    """The problem document of an error, with the faults it gathers."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(status, "Error"),
        "status": status,
        "code": error.code,
        "detail": error.what,
    }
    if error.why is not None:
        document["why"] = error.why
    faults = getattr(error, "faults", ())
    if faults:
        document["faults"] = [
            {"code": fault.code, "detail": fault.what, "why": fault.why} for fault in faults
        ]
    return document


def status_of(error: BodegaError) -> int:
    """The status of an error; what is not foreseen is a failure of ours."""
    fitting = [code for code in STATUSES if error.code == code or error.code.startswith(f"{code}-")]
    return STATUSES[max(fitting, key=len)] if fitting else 500
