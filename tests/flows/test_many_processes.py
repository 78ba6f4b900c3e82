"""Several processes on one data folder read through as one: each page and file is asked for once."""

import hashlib
import http.client
import json
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.server import Bodega
from support.upstream import Handler, Upstream, slowly, until

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")

BIG = wheel_bytes("big", files={"noise.bin": hashlib.shake_128(b"noise").digest(4_000_000)})
NAME = wheel_filename("big")
FILE = f"/files/{NAME}"
PATH = f"/files/{hashlib.sha256(BIG).hexdigest()}/{NAME}"
WORKERS = 3


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with Upstream() as upstream:
        upstream.add("big", NAME, BIG)
        yield upstream


def served(folder: Path, upstream: Upstream, workers: int = WORKERS) -> Bodega:
    return Bodega(folder, "--upstream", upstream.root, "--workers", str(workers))


def at_once(bodega: Bodega, path: str, clients: int = 24) -> list[tuple[str, bytes]]:
    """Answers to as many connections at the same time: which process gave it, and the body."""
    begun = threading.Barrier(clients)

    def ask(_number: int) -> tuple[str, bytes]:
        begun.wait()
        answer = bodega.get(path)
        return answer.headers["x-request-id"][:12], answer.body

    with ThreadPoolExecutor(clients) as threads:
        return list(threads.map(ask, range(clients)))


def test_a_page_is_asked_for_once_by_all_of_them(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()

    def wait(handler: Handler) -> bool:
        gate.wait(0.5)
        return False

    upstream.fault = wait
    with served(tmp_path, upstream) as bodega:
        answers = at_once(bodega, "/simple/big/")
        assert len({process for process, _ in answers}) > 1, "one process answered everything"
        assert len({body for _, body in answers}) == 1
        assert upstream.count("/simple/big/") == 1
        answers = at_once(bodega, "/simple/absent/")
        assert all(b"E-PROJECT-NOT-FOUND" in body for _, body in answers)
        assert upstream.count("/simple/absent/") <= WORKERS


def test_a_file_is_fetched_once_for_all_of_them(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_000_000)
    with served(tmp_path, upstream) as bodega:
        bodega.get("/simple/big/")
        threading.Timer(0.7, gate.set).start()
        answers = at_once(bodega, PATH)
        assert len({process for process, _ in answers}) > 1
        assert {body for _, body in answers} == {BIG}
        assert upstream.count(FILE) == 1
        assert not list((tmp_path / "data/blobs/parts").iterdir())


def test_readers_in_every_process_have_the_first_bytes_at_once(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_000_000)
    with served(tmp_path, upstream) as bodega:
        bodega.get("/simple/big/")
        connections = [http.client.HTTPConnection(bodega.host, bodega.port, timeout=10) for _ in range(12)]
        for connection in connections:
            connection.request("GET", PATH)
        answers = [connection.getresponse() for connection in connections]
        # The gate is shut: what comes is what has arrived so far.
        begun = [answer.read(1_000_000) for answer in answers]
        assert len({answer.getheader("x-request-id", "")[:12] for answer in answers}) > 1
        gate.set()
        bodies = {one + answer.read() for one, answer in zip(begun, answers, strict=True)}
        for connection in connections:
            connection.close()
        assert bodies == {BIG}


def test_wrong_bytes_are_complete_for_nobody(tmp_path: Path, upstream: Upstream) -> None:
    upstream.files[NAME] = BIG[:-1] + b"!"
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_000_000)
    with served(tmp_path, upstream) as bodega:
        bodega.get("/simple/big/")
        threading.Timer(0.5, gate.set).start()

        def ask(_number: int) -> int:
            try:
                answer = bodega.get(PATH)
            except http.client.IncompleteRead as cut:
                return len(cut.partial)
            assert answer.status in (502, 503), answer.status
            return 0

        with ThreadPoolExecutor(12) as threads:
            assert max(threads.map(ask, range(12))) < len(BIG)
        assert not [path for path in (tmp_path / "data/blobs").rglob("*") if path.is_file()]


def test_a_killed_process_s_download_is_gone_on_with(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_500_000)
    with served(tmp_path, upstream, workers=1) as bodega:
        bodega.get("/simple/big/")
        connection = http.client.HTTPConnection(bodega.host, bodega.port, timeout=10)
        connection.request("GET", PATH)
        connection.getresponse().read(2_000_000)
        bodega.process.send_signal(signal.SIGKILL)
        bodega.process.wait()
        connection.close()
    gate.set()
    upstream.fault = None
    with served(tmp_path, upstream, workers=1) as bodega:
        assert bodega.get(PATH).body == BIG
    ranges = [headers.get("range") for path, headers in upstream.asked if path == FILE]
    assert len(ranges) == 2
    assert ranges[1] is not None
    assert int(ranges[1].removeprefix("bytes=").rstrip("-")) > 2_000_000


def test_when_the_worker_that_fetches_is_killed_another_goes_on(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_500_000)
    with served(tmp_path, upstream, workers=2) as bodega:
        bodega.get("/simple/big/")
        readers = [http.client.HTTPConnection(bodega.host, bodega.port, timeout=20) for _ in range(12)]
        for reader in readers:
            reader.request("GET", PATH)
        answers = [reader.getresponse() for reader in readers]
        begun = [answer.read(1_000_000) for answer in answers]
        (state,) = (tmp_path / "data/blobs/parts").glob("*.state")
        holder = holding(bodega.process.pid, state)
        upstream.fault = None
        os.kill(holder, signal.SIGKILL)
        done = [one + rest(answer) for one, answer in zip(begun, answers, strict=True)]
        gate.set()
        assert BIG in done, "readers of the other worker got it all"
        assert all(BIG.startswith(one) for one in done)
        assert upstream.count(FILE) == 2
        until(lambda: bodega.get(PATH).body == BIG)
        for reader in readers:
            reader.close()


def rest(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read()
    except http.client.IncompleteRead as cut:
        return cut.partial
    except OSError:
        return b""


def holding(parent: int, state: Path) -> int:
    """The worker that has the lock of the part: so says the system."""
    inode = os.stat(state).st_ino
    workers = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for line in Path("/proc/locks").read_text().splitlines():
        fields = line.split()
        if "FLOCK" in fields and any(field.endswith(f":{inode}") for field in fields):
            holder = next(field for field in fields if field in workers)
            return int(holder)
    raise AssertionError("nobody holds the part")


def test_a_part_of_a_file_is_sent_while_it_arrives(tmp_path: Path, upstream: Upstream) -> None:
    gate = threading.Event()
    upstream.fault = slowly(FILE, gate, 2_500_000)
    with served(tmp_path, upstream, workers=2) as bodega:
        bodega.get("/simple/big/")
        # The gate is shut all the while.
        for start, end in ((0, 99), (1_000_000, 1_999_999), (5, 5)):
            part = bodega.get(PATH, Range=f"bytes={start}-{end}")
            assert (part.status, part.body) == (206, BIG[start : end + 1])
            assert part.headers["content-range"] == f"bytes {start}-{end}/{len(BIG)}"
        assert bodega.get(PATH, Range=f"bytes={len(BIG)}-").status == 416
        threading.Timer(0.2, gate.set).start()
        assert bodega.get(PATH, Range="bytes=-5").body == BIG[-5:]
        assert upstream.count(FILE) == 1


def test_the_end_of_wrong_bytes_is_sent_to_nobody(tmp_path: Path, upstream: Upstream) -> None:
    upstream.files[NAME] = BIG[:-1] + b"!"
    with served(tmp_path, upstream, workers=1) as bodega:
        bodega.get("/simple/big/")
        with pytest.raises((http.client.IncompleteRead, AssertionError, json.JSONDecodeError)):
            assert bodega.get(PATH, Range="bytes=-5").status == 206
