"""What an answer of the index costs: CPU per request of a page, a 304, metadata, a small file, and start-up.

One ``bodega serve`` before a loopback upstream; one client on one kept connection, so requests a second are
those of a single reader. Usage: ``python benchmarks/serve.py [REQUESTS]``.
"""

import json
import os
import socket
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.distributions import wheel_bytes, wheel_filename
from support.server import Bodega
from support.upstream import Upstream

PAGE_FILES = 40
TICKS = os.sysconf("SC_CLK_TCK")
JSON = "Accept: application/vnd.pypi.simple.v1+json\r\n"


def main() -> None:
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        for number in range(PAGE_FILES):
            upstream.add(
                "sample", wheel_filename("sample", f"1.{number}"), wheel_bytes("sample", f"1.{number}")
            )
        started = time.perf_counter()
        with Bodega(Path(folder), "--upstream", upstream.root) as bodega:
            print(f"{'first start':<24}{time.perf_counter() - started:8.2f} s")
            measure(bodega, requests)
        started = time.perf_counter()
        with Bodega(Path(folder)):
            print(f"{'second start':<24}{time.perf_counter() - started:8.2f} s")


def measure(bodega: Bodega, requests: int) -> None:
    page = bodega.get("/simple/sample/", Accept="application/vnd.pypi.simple.v1+json")
    file = json.loads(page.body)["files"][0]["url"].removeprefix("../..")
    for path in (file, f"{file}.metadata"):
        assert bodega.get(path).status == 200
    print(f"{'':<24}{'CPU us':>10}{'requests/s':>12}{'bytes':>10}")
    for name, path, headers in (
        ("page, identity", "/simple/sample/", JSON),
        ("page, gzip", "/simple/sample/", f"{JSON}Accept-Encoding: gzip\r\n"),
        ("page, zstd", "/simple/sample/", f"{JSON}Accept-Encoding: gzip, zstd\r\n"),
        ("page, 304", "/simple/sample/", f"{JSON}If-None-Match: {page.headers['etag']}\r\n"),
        ("metadata", f"{file}.metadata", ""),
        ("small file", file, ""),
        ("unknown project", "/simple/unknown/", JSON),
        ("root list", "/simple/", JSON),
    ):
        cpu, rate, size = load(bodega, f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n", requests)
        print(f"{name:<24}{cpu * 1e6:>10.0f}{rate:>12.0f}{size:>10}")
    status = Path(f"/proc/{bodega.process.pid}/status").read_text()
    memory = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    print(f"{'memory':<24}{int(memory.split()[1]) / 1024:8.0f} MiB")


def load(bodega: Bodega, request: str, count: int) -> tuple[float, float, int]:
    """CPU seconds of the server per request, requests a second, bytes of an answer."""
    with socket.create_connection((bodega.host, bodega.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sent = request.encode()
        size = 0
        for _ in range(50):
            connection.sendall(sent)
            size = receive(connection)
        cpu, started = cpu_seconds(bodega), time.perf_counter()
        for _ in range(count):
            connection.sendall(sent)
            receive(connection)
        seconds = time.perf_counter() - started
        return (cpu_seconds(bodega) - cpu) / count, count / seconds, size


def receive(connection: socket.socket) -> int:
    """Read one answer; its length in bytes."""
    data = connection.recv(1 << 18)
    end = data.find(b"\r\n\r\n") + 4
    head = data[:end].lower()
    at = head.find(b"content-length:")
    length = int(head[at + 15 : head.find(b"\r", at)]) if at >= 0 else 0
    total = len(data)
    while total < end + length:
        total += len(connection.recv(1 << 18))
    return total


def cpu_seconds(bodega: Bodega) -> float:
    """User and system time of the server so far."""
    fields = Path(f"/proc/{bodega.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


if __name__ == "__main__":
    main()
