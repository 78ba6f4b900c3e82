"""One reader on one kept connection, and one uploader: how long each answer takes."""

import base64
import http.client
import socket
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "tests"))

from support.distributions import form_body, form_fields, wheel_bytes, wheel_filename

JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True, slots=True)
class Timed:
    """Median and 99th percentile of answers, in milliseconds."""

    median: float
    late: float

    @classmethod
    def of(cls, times: Iterable[float]) -> "Timed":
        ordered = sorted(times)
        return cls(median(ordered), ordered[len(ordered) * 99 // 100])

    def __str__(self) -> str:
        return f"{self.median:.2f} ({self.late:.1f})"


class Reader:
    """Reads and uploads over one connection."""

    def __init__(self, host: str, port: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=120)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path: str, coding: str = "zstd", **headers: str) -> tuple[int, bytes]:
        self._connection.request("GET", path, headers={"Accept": JSON, "Accept-Encoding": coding, **headers})
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def timed_get(self, path: str, coding: str = "zstd") -> float:
        """Milliseconds until the whole answer was there."""
        started = time.perf_counter()
        status, body = self.get(path, coding)
        took = (time.perf_counter() - started) * 1000
        assert status == 200, (path, status, body[:200])
        return took

    def seen(self, path: str, words: str) -> float:
        """Milliseconds in which the page was read, which has to show what was just uploaded."""
        took = self.timed_get(path)
        assert words.encode() in self.get(path, "identity")[1], f"{path} does not show {words!r}"
        return took

    def upload(self, token: str, name: str, version: str) -> float:
        """Send a small new wheel; milliseconds until it was acknowledged."""
        content, filename = wheel_bytes(name, version), wheel_filename(name, version)
        body, kind = form_body(form_fields(name, version, "bdist_wheel", content), filename, content)
        credentials = base64.b64encode(f"__token__:{token}".encode()).decode()
        started = time.perf_counter()
        self._connection.request(
            "POST",
            "/legacy/",
            body=body,
            headers={"Content-Type": kind, "Authorization": f"Basic {credentials}"},
        )
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status == 200, (answer.status, text[:300])
        return (time.perf_counter() - started) * 1000

    def close(self) -> None:
        self._connection.close()
