"""What a plain ASGI route needs of a request and of an answer, and no more."""

import math
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bodega.index.accounts.model import Token

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
#: Name of the ASGI extension of servers that give an answer again by themselves: who is to be told of it.
REPEATS = "bodega.repeats"
#: Name of the ASGI extension of servers that can write a head together with the body that follows at once.
JOIN = "bodega.join"


@dataclass(frozen=True, slots=True)
class FileBody:
    """A body that lies in a file, and is read from there each time."""

    path: str
    size: int


class Request:
    """One request. Header names are lower case; of repeated headers the values are joined by a comma."""

    __slots__ = (
        "base",
        "headers",
        "id",
        "is_private",
        "method",
        "path",
        "reader",
        "receive",
        "route",
        "scope",
        "shared",
    )

    def __init__(self, scope: Scope, receive: Receive, request_id: str) -> None:
        self.scope = scope
        self.receive = receive
        self.id = request_id
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.base = "/"
        #: The token that opened a private index.
        self.reader: Token | None = None
        self.is_private = False
        #: Headers that let pages of other sites read the answer; none where they may not.
        self.shared: Headers = []
        #: The kind of route, for metrics: never a name that a reader chose.
        self.route = "other"
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1")
            text = value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text
        self.headers = headers

    def query(self, name: str) -> str | None:
        """The first value of a query parameter."""
        raw: bytes = self.scope.get("query_string", b"")
        if not raw:
            return None
        from urllib.parse import parse_qs  # noqa: PLC0415 - most requests have no query

        values = parse_qs(raw.decode("latin-1"), max_num_fields=20).get(name)
        return values[0] if values else None

    def may_be_repeated(self, headers: Headers, body: "bytes | FileBody", *, seconds: float) -> None:
        """Say what the whole answer is, and for how long it is that unless the database changes.

        ``headers`` are those of a 200 without its length. What a token may read, it may until it expires.
        """
        recorder = (self.scope.get("extensions") or {}).get(REPEATS)
        if recorder is None:
            return
        if self.is_private:
            expires = self.reader.expires_at if self.reader is not None else None
            left = math.inf if expires is None else (expires - datetime.now(UTC)).total_seconds()
            seconds = min(seconds, left if self.reader is not None else 0.0)
        if seconds > 0:
            recorder.keep(self.route, self.path, headers, body=body, seconds=seconds)


class Reply:
    """Sends one answer; knows how far it has come. ``status`` is 0 until it has begun."""

    __slots__ = ("_head_only", "_join", "_request_id", "_send", "length", "status")

    def __init__(self, send: Send, request: Request) -> None:
        self._send = send
        self._request_id = request.id.encode("latin-1")
        self._head_only = request.method == "HEAD"
        self._join = (request.scope.get("extensions") or {}).get(JOIN)
        self.status = 0
        self.length = 0

    async def begin(self, status: int, headers: Headers) -> None:
        """Send the status and the headers."""
        self.status = status
        headers.append((b"x-request-id", self._request_id))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    async def write(self, body: bytes, *, more: bool = True) -> None:
        """Send a piece of the body; ``more=False`` ends the answer."""
        if self._head_only:
            body = b""
        self.length += len(body)
        await self._send({"type": "http.response.body", "body": body, "more_body": more})

    async def whole(self, status: int, headers: Headers, body: bytes) -> None:
        """Send an answer of known length."""
        headers.append((b"content-length", b"%d" % len(body)))
        if self._join is not None and not self._head_only:
            self._join()
        await self.begin(status, headers)
        await self.write(body, more=False)

    async def empty(self, status: int, headers: Headers) -> None:
        """Send an answer that has no body by its nature (304)."""
        await self.begin(status, headers)
        await self.write(b"", more=False)


class BrokenOffError(Exception):
    """The answer has begun and cannot be ended truly: the connection is to be broken."""


def encoded(pairs: Iterable[tuple[str, str]]) -> Headers:
    """Headers as ASGI wants them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in pairs]
