"""Failures as answers: status by code, RFC 9457 documents, plain text for clients that print the body."""

import json
from http import HTTPStatus
from math import ceil

from bodega.formats.errors import BodegaError
from bodega.index.catalog.errors import UploadRefusedError
from bodega.index.upstream.errors import UpstreamUnavailableError
from bodega.protocol.fields import InvalidInputError
from bodega.web.credentials import CHALLENGE
from bodega.web.cross_origin import SHARED_ROUTES
from bodega.web.reason_phrase import say_reason
from bodega.web.request import Headers, Reply, Request

_INTERNAL = 500

#: Status by error code; the longest beginning wins, else 500.
STATUSES: dict[str, int] = {
    "E-NAME": 404,
    "E-NAME-TOKEN": 422,
    "E-NAME-INDEX": 422,
    "E-SCOPE": 422,
    "E-EXPIRY": 422,
    "E-SETTING-UPSTREAM": 422,
    "E-INPUT-INVALID": 422,
    "E-BODY-TOO-LARGE": 413,
    "E-BODY-TYPE": 415,
    "E-BODY-MALFORMED": 400,
    "E-TOKEN-NOT-FOUND": 404,
    "E-PROJECT-NOT-OURS": 404,
    "E-RELEASE-UNKNOWN": 404,
    "E-RELEASE-FILE-NOT-FOUND": 404,
    "E-REASON": 422,
    "E-STATUS": 422,
    "E-DURATION": 422,
    "E-RULE": 422,
    "E-RULE-NOT-FOUND": 404,
    "E-PROMOTION-TARGET": 422,
    "E-PROMOTION-CONFLICT": 409,
    "E-VIEW-INDEX": 409,
    "E-VIEW-INDEX-CIRCULAR": 422,
    "E-VIEW-PRIVATE-BASE": 422,
    "E-PROJECT-NOT-FOUND": 404,
    "E-PROJECT-QUARANTINED": 403,
    "E-PROJECT-CLOSED": 403,
    "E-RELEASE-NOT-FOUND": 404,
    "E-RELEASE-CLOSED": 403,
    "E-FILE-EXISTS": 400,
    "E-FILE-NOT-FOUND": 404,
    "E-FILE-GONE": 410,
    "E-METADATA-NOT-FOUND": 404,
    "E-PROVENANCE-NOT-FOUND": 404,
    "E-INDEX-NOT-FOUND": 404,
    "E-INDEX-READ-ONLY": 403,
    "E-PATH-NOT-FOUND": 404,
    "E-MOMENT-INVALID": 404,
    "E-MOMENT-BUSY": 503,
    "E-ACTION-GONE": 410,
    "E-POLICY": 403,
    "E-AUTH-INVALID": 401,
    "E-AUTH-FORBIDDEN": 403,
    "E-METHOD": 405,
    "E-REQUEST-MALFORMED": 400,
    "E-REQUEST-TOO-SLOW": 408,
    "E-REQUEST-URL-TOO-LONG": 414,
    "E-REQUEST-HEAD-TOO-LARGE": 431,
    "E-NOT-ACCEPTABLE": 406,
    "E-FORM-MALFORMED": 400,
    "E-FORM-TOO-LARGE": 413,
    "E-UPLOAD-TOO-LARGE": 413,
    "E-UPLOAD-CUT": 400,
    "E-UPLOAD-SLOW": 408,
    "E-UPLOAD-ENCODING": 415,
    "E-UPSTREAM-UNAVAILABLE": 503,
    "E-UPSTREAM-ANSWER": 502,
    "E-UPSTREAM-FILE-CHANGED": 502,
    "E-UPSTREAM-FILE-TOO-LARGE": 502,
    "E-UPSTREAM-FILE-GONE": 404,
    "E-UPSTREAM-PART-USELESS": 503,
    "E-UPSTREAM-LOOP": 508,
    "E-INDEX-OUT-OF-REACH": 502,
    "E-INDEX-REDIRECT": 502,
    "E-WHEEL": 502,
    "E-STORAGE-FULL": 507,
    "E-DATABASE": 503,
}
#: The same for what is wrong with an upload, else 400. Faults of several statuses together are a 400.
FAULT_STATUSES: dict[str, int] = {
    "E-UPLOAD-METADATA": 422,
    "E-WHEEL-METADATA": 422,
    "E-UPLOAD-CLASSIFIER": 403,
    "E-WHEEL-LIMIT": 413,
    "E-SDIST-UNSAFE-LIMIT": 413,
}
#: After these the rest of the body may still be under way.
_CLOSING = (408, 413)
_RETRY_AFTER = b"10"


class PathNotFoundError(BodegaError):
    """Nothing is served there."""

    code = "E-PATH-NOT-FOUND"

    def __init__(self, path: str) -> None:
        super().__init__(f"nothing is served at {path[:200]}")
        self.path = path


class MethodNotAllowedError(BodegaError):
    """The path does not take that method."""

    code = "E-METHOD-NOT-ALLOWED"

    def __init__(self, method: str, allowed: str) -> None:
        super().__init__(f"{method[:20]} is not possible here", why=f"possible: {allowed}")
        self.allowed = allowed


class NotAcceptableError(BodegaError):
    """None of the forms that the reader takes can be given."""

    code = "E-NOT-ACCEPTABLE"

    def __init__(self, accept: str, offered: str) -> None:
        super().__init__(f"no form of this page fits {accept[:200]!r}", why=f"offered: {offered}")
        self.accept = accept


class InternalError(BodegaError):
    """A failure that nobody foresaw; its words stand in the log under the request's id."""

    code = "E-INTERNAL-FAILURE"

    def __init__(self, request_id: str) -> None:
        super().__init__("something went wrong here", why=f"the log says more under request {request_id}")


def status_of(error: BodegaError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, UploadRefusedError):
        statuses = {_by_code(FAULT_STATUSES, fault, 400) for fault in error.faults}
        return statuses.pop() if len(statuses) == 1 else 400
    return _by_code(STATUSES, error, _INTERNAL)


def _by_code(statuses: dict[str, int], error: BodegaError, otherwise: int) -> int:
    fitting = [prefix for prefix in statuses if error.code == prefix or error.code.startswith(f"{prefix}-")]
    return statuses[max(fitting, key=len)] if fitting else otherwise


async def send_problem(reply: Reply, request: Request, error: BodegaError) -> None:
    """Answer with what went wrong, in the form that the reader takes."""
    status = status_of(error)
    headers: Headers = [(b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    if request.route in SHARED_ROUTES:
        headers += request.shared
    if status == 503:  # noqa: PLR2004 - service unavailable
        headers.append((b"retry-after", _retry_after(error)))
    if status == 401:  # noqa: PLR2004 - unauthorized
        headers.append(CHALLENGE)
    if isinstance(error, MethodNotAllowedError):
        headers.append((b"allow", error.allowed.encode("ascii")))
    if status in _CLOSING:
        headers.append((b"connection", b"close"))
    accept = request.headers.get("accept", "")
    # Whoever manages is a program: it gets documents, whatever it says that it takes.
    if request.route == "api" or "application/json" in accept or "+json" in accept:
        headers.append((b"content-type", b"application/problem+json"))
        body = json.dumps(problem(error, status, request.id)).encode()
    else:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
        body = words(error).encode("utf-8", "replace")
    say_reason(request.scope, error.what)
    await reply.whole(status, headers, body)


def _retry_after(error: BodegaError) -> bytes:
    """The seconds after which asking again may help: what the upstream asked for, where it did."""
    asked_for = error.retry_after if isinstance(error, UpstreamUnavailableError) else None
    return _RETRY_AFTER if asked_for is None else b"%d" % ceil(asked_for)


def words(error: BodegaError) -> str:
    """The error as plain text: of an upload every fault, a line each."""
    if isinstance(error, UploadRefusedError):
        return "".join(f"{line}\n" for line in error.lines())
    why = f"\nwhy: {error.why}" if error.why else ""
    return f"{error.what}{why}\n[{error.code}]\n"


def problem(error: BodegaError, status: int, request_id: str) -> dict[str, object]:
    """The problem document (RFC 9457), with the faults that the error gathers."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": error.what,
        "code": error.code,
        "request_id": request_id,
    }
    if error.why:
        document["why"] = error.why
    if isinstance(error, UploadRefusedError | InvalidInputError):
        document["faults"] = [
            {"code": fault.code, "detail": fault.what, "why": fault.why} for fault in error.faults
        ]
    return document
