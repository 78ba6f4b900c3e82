"""One file that nobody has yet, and a crowd that wants it: what the upstream sends, first bytes, memory.

A loopback upstream, ``bodega serve`` with one and with several workers, and clients that all ask at the same
time. Usage: ``python benchmarks/pull_through.py [CLIENTS] [MEGABYTES]``.
"""

import asyncio
import hashlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.server import Bodega
from support.upstream import Fault, Handler, Upstream, cut_once

NAME = "noise-1.0.tar.gz"
FILE = f"/files/{NAME}"
_PIECE = 1 << 18


def main() -> None:
    if sys.argv[1:2] == ["--crowd"]:
        port, clients, path = int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
        print(json.dumps(asyncio.run(crowd(port, clients, path))))
        return
    clients = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    size = (int(sys.argv[2]) if len(sys.argv) > 2 else 50) << 20
    content = hashlib.shake_128(b"noise").digest(size)
    print(f"{clients} clients, one file of {size >> 20} MB that is not here yet")
    print(f"{'':<28}{'upstream':>9}{'requests':>9}{'first byte':>12}{'all':>8}{'right':>7}{'memory':>9}")
    for workers in (1, 2):
        for words, fault, given in (
            ("whole", None, content),
            ("cut at 40 %", cut_once(FILE, size * 2 // 5), content),
            ("wrong last byte", None, content[:-1] + b"!"),
        ):
            title = f"{words}, {workers} worker(s)"
            print(f"{title:<28}", row(workers, clients, fault, content=content, given=given))


def row(workers: int, clients: int, fault: Fault | None, *, content: bytes, given: bytes) -> str:
    """One line: bytes sent by the upstream over the file's, requests, worst first byte, end, right bodies."""
    with Upstream() as upstream, tempfile.TemporaryDirectory() as folder:
        upstream.add("noise", NAME, content)
        upstream.files[NAME] = given
        with (
            Bodega(Path(folder), "--upstream", upstream.root, "--workers", str(workers)) as bodega,
            counted(upstream, fault) as sent,
        ):
            bodega.get("/simple/noise/")
            before = memory(bodega)
            path = f"/files/{hashlib.sha256(content).hexdigest()}/{NAME}"
            command = [sys.executable, __file__, "--crowd", str(bodega.port), str(clients), path]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found: list[dict[str, Any]] = json.loads(done.stdout)
            grown = memory(bodega) - before
            right = sum(one["sha256"] == hashlib.sha256(content).hexdigest() for one in found)
            complete = sum(one["bytes"] == len(content) for one in found)
            return (
                f"{sum(sent) / len(content):>7.2f}x{upstream.count(FILE):>9}"
                f"{max(one['first'] for one in found):>10.2f} s{max(one['all'] for one in found):>6.1f} s"
                f"{right:>7}{grown >> 20:>6} MB" + (f"  ({complete} complete)" if not right else "")
            )


@contextmanager
def counted(upstream: Upstream, fault: Fault | None) -> Iterator[list[int]]:
    """Bytes of the file that the upstream wrote."""
    sent: list[int] = []

    class Counting:
        def __init__(self, out: Any) -> None:
            self._out = out

        def write(self, data: bytes) -> int:
            sent.append(len(data))
            return int(self._out.write(data))

        def flush(self) -> None:
            self._out.flush()

    def count(handler: Handler) -> bool:
        if handler.path == FILE and not isinstance(handler.wfile, Counting):
            handler.wfile = Counting(handler.wfile)
        return fault is not None and fault(handler)

    upstream.fault = count
    yield sent


def memory(bodega: Bodega) -> int:
    """The most that all processes of the server had at once, each at its worst."""
    pid = bodega.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    total = 0
    for one in (str(pid), *children):
        for line in Path(f"/proc/{one}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                total += int(line.split()[1]) << 10
    return total


async def crowd(port: int, clients: int, path: str) -> list[dict[str, Any]]:
    """Ask all at once; what each got, in seconds and bytes."""
    gate = asyncio.Event()
    asking = [asyncio.create_task(ask(gate, port, path)) for _ in range(clients)]
    await asyncio.sleep(0.2)
    gate.set()
    return list(await asyncio.gather(*asking))


async def ask(gate: asyncio.Event, port: int, path: str) -> dict[str, Any]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_PIECE)
    await gate.wait()
    began = time.perf_counter()
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    hasher, got, first = hashlib.sha256(), 0, 0.0
    try:
        while piece := await reader.read(_PIECE):
            first = first or time.perf_counter() - began
            hasher.update(piece)
            got += len(piece)
    except ConnectionError:
        pass
    writer.close()
    if b" 200 " not in head.partition(b"\r\n")[0]:
        got = 0
    return {"first": first, "all": time.perf_counter() - began, "bytes": got, "sha256": hasher.hexdigest()}


if __name__ == "__main__":
    main()
