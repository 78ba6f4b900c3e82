"""The access log: one line a request, as text or JSON, never with a query or a credential in it."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

from bodega.web.request import Reply, Request

LogFormat = Literal["text", "json"]
_FLUSH_AFTER = 0.1


class RequestLog:
    """Collects lines and writes them a few times a second, off the path of the answer."""

    def __init__(self, form: LogFormat, write: Callable[[str], object] = sys.stderr.write) -> None:
        self._line = _json_line if form == "json" else _text_line
        self._write = write
        self._lines: list[str] = []

    def note(self, request: Request, reply: Reply, seconds: float) -> None:
        """Log one request that is over."""
        if not self._lines:
            asyncio.get_running_loop().call_later(_FLUSH_AFTER, self.flush)
        self._lines.append(self._line(request, reply, seconds))

    def flush(self) -> None:
        """Write what was collected."""
        lines, self._lines = self._lines, []
        if lines:
            self._write("".join(lines))


def _client(request: Request) -> str:
    client = request.scope.get("client")
    return str(client[0]) if client else "-"


def _text_line(request: Request, reply: Reply, seconds: float) -> str:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    path = request.path if request.path.isprintable() else ascii(request.path)
    return (
        f"{at} {_client(request)} {request.method} {path} {reply.status} {reply.length}B"
        f" {seconds * 1000:.1f}ms {request.id}\n"
    )


def _json_line(request: Request, reply: Reply, seconds: float) -> str:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": "info",
        "event": "request",
        "client": _client(request),
        "method": request.method,
        "path": request.path,
        "status": reply.status,
        "size_bytes": reply.length,
        "duration_ms": round(seconds * 1000, 2),
        "request_id": request.id,
    }
    return json.dumps(line) + "\n"
