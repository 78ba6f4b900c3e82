"""Bodies of the management API: small JSON objects, read within a bound and parsed strictly (RFC 8259)."""

import json
from collections.abc import Mapping
from typing import Any

from bodega.formats.errors import BodegaError
from bodega.web.request import Request

#: More than any order has to say.
LARGEST_BODY = 64 << 10


class BodyTooLargeError(BodegaError):
    """The body is larger than any order."""

    code = "E-BODY-TOO-LARGE"

    def __init__(self) -> None:
        super().__init__(f"the body is larger than {LARGEST_BODY} bytes")


class BodyTypeError(BodegaError):
    """The body is not said to be JSON."""

    code = "E-BODY-TYPE"

    def __init__(self, given: str) -> None:
        super().__init__(f"the body is of type {given[:80]!r}", why="send application/json")


class MalformedBodyError(BodegaError):
    """The body is no JSON object."""

    code = "E-BODY-MALFORMED"

    def __init__(self, reason: str) -> None:
        super().__init__("the body is not one JSON object", why=reason)


async def read_body(request: Request) -> dict[str, Any]:
    """The body as an object, an empty one where there is none; raises the errors above."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > LARGEST_BODY:
        raise BodyTooLargeError
    body = bytearray()
    more = True
    while more:
        message = await request.receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > LARGEST_BODY:
            raise BodyTooLargeError
    if not body:
        return {}
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise BodyTypeError(kind)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise BodyTypeError(f"{kind}, coded as {request.headers['content-encoding']}")
    return parse_object(bytes(body))


def parse_object(body: bytes) -> dict[str, Any]:
    """One JSON object without repeated names, NaN or infinities; raises MalformedBodyError."""
    try:
        found = json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_refused)
    except UnicodeDecodeError:
        raise MalformedBodyError("it is not UTF-8") from None
    except RecursionError:
        raise MalformedBodyError("it is nested too deep") from None
    except ValueError as error:
        # Also whole numbers of more digits than Python converts.
        raise MalformedBodyError(str(error)[:200]) from None
    if not isinstance(found, dict):
        raise MalformedBodyError("it is JSON, and something else than an object")
    return found


def _once(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise MalformedBodyError("a name stands in it more than once")
    return found


def _refused(constant: str) -> float:
    raise MalformedBodyError(f"{constant} is no JSON")
