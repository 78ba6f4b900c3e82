"""One reader on one kept connection, and one uploader: how long each answer takes, and what it costs."""

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

from contest.processes import cpu_seconds
from support.distributions import form_body, form_fields, wheel_bytes, wheel_filename

JSON = "application/vnd.pypi.simple.v1+json"


@dataclass(frozen=True, slots=True)
class Timed:
    """Median and 99th percentile of single answers, and CPU of the server for each; milliseconds."""

    median: float
    late: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.median:8.2f} ({self.late:.1f})"


class Reader:
    """Reads and uploads over one connection."""

    def __init__(self, host: str, port: int, pid: int) -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=120)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._pid = pid

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

    def timed(self, paths: Iterable[str], coding: str = "zstd") -> Timed:
        before = cpu_seconds(self._pid)
        times = sorted(self.timed_get(path, coding) for path in paths)
        cpu = (cpu_seconds(self._pid) - before) * 1000 / len(times)
        return Timed(median(times), times[len(times) * 99 // 100], cpu)

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
