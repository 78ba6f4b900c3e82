"""The access log: one line a request, as text or JSON, never with a query or a credential in it."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, NamedTuple

from bodega.web.request import Reply, Request

LogFormat = Literal["text", "json"]
_FLUSH_AFTER = 0.1


class Entry(NamedTuple):
    """What is logged of one request; ``at`` in seconds of the epoch."""

    at: float
    client: str
    method: str
    path: str
    status: int
    length: int
    seconds: float
    request_id: str


class RequestLog:
    """Collects entries and writes them a few times a second, off the path of the answer."""

    def __init__(self, form: LogFormat, write: Callable[[str], object] = sys.stderr.write) -> None:
        self._line = _json_line if form == "json" else _text_line
        self._write = write
        self._entries: list[Entry] = []

    def note(self, request: Request, reply: Reply, seconds: float) -> None:
        """Log one request that is over."""
        client = request.scope.get("client")
        self.add(
            Entry(
                time.time(),
                str(client[0]) if client else "-",
                request.method,
                request.path,
                reply.status,
                reply.length,
                seconds,
                request.id,
            )
        )

    def add(self, entry: Entry) -> None:
        """Log one entry."""
        if not self._entries:
            asyncio.get_running_loop().call_later(_FLUSH_AFTER, self.flush)
        self._entries.append(entry)

    def flush(self) -> None:
        """Write what was collected."""
        entries, self._entries = self._entries, []
        if entries:
            self._write("".join(map(self._line, entries)))


@lru_cache(maxsize=4)
def _moment(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


def _text_line(entry: Entry) -> str:
    at, client, method, path, status, length, seconds, request_id = entry
    path = path if path.isprintable() else ascii(path)
    return (
        f"{_moment(int(at))}Z {client} {method} {path} {status} {length}B"
        f" {seconds * 1000:.1f}ms {request_id}\n"
    )


def _json_line(entry: Entry) -> str:
    line = {
        "time": f"{_moment(int(entry.at))}.{int(entry.at % 1 * 1000):03d}Z",
        "level": "info",
        "event": "request",
        "client": entry.client,
        "method": entry.method,
        "path": entry.path,
        "status": entry.status,
        "size_bytes": entry.length,
        "duration_ms": round(entry.seconds * 1000, 2),
        "request_id": entry.request_id,
    }
    return json.dumps(line) + "\n"
