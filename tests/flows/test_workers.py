"""``bodega serve --workers``: several processes, one index."""

import http.client
import json
import os
import re
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command, new_token, upload
from support.server import Bodega

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="workers are forked")


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def eventually(holds: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def by_every_worker(bodega: Bodega, path: str) -> dict[str, bytes]:
    """Answers by the worker that gave them, until both did; new connections go to either."""
    found: dict[str, bytes] = {}
    for _ in range(500):
        answer = bodega.json(path)
        # The first half of a request's id is that of its process.
        found[answer.headers["x-request-id"][:12]] = answer.body
        if len(found) == 2:
            return found
    raise AssertionError("one worker answered everything")


def requests_counted(bodega: Bodega) -> float:
    text = bodega.get("/metrics").body.decode()
    return sum(
        float(line.rpartition(" ")[2])
        for line in text.splitlines()
        if line.startswith('bodega_http_requests_total{method="GET",route="projects"')
    )


def test_two_workers_serve_one_index(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2") as bodega:
        assert len(children(bodega.process.pid)) == 2
        # Forking is safe at any time only while the supervisor has no other thread.
        assert len(os.listdir(f"/proc/{bodega.process.pid}/task")) == 1
        token = new_token(tmp_path)["token"]
        for number in range(6):
            # Whoever takes it, everybody's next answer has it.
            by_every_worker(bodega, "/simple/sample/") if number else None
            version = f"1.{number}"
            status, _, body = upload(
                bodega,
                token,
                wheel_bytes("sample", version),
                wheel_filename("sample", version),
                version=version,
            )
            assert status == 200, body
            for page in by_every_worker(bodega, "/simple/sample/").values():
                assert version in json.loads(page)["versions"]
        eventually(lambda: b"sample" in bodega.json("/simple/").body)
    assert bodega.process.returncode == 0
    assert sum("bodega: serving" in line for line in bodega.lines) == 1


def test_metrics_are_those_of_all_workers(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2") as bodega:
        answered_by: set[str] = set()
        asked = 0
        while len(answered_by) < 2 or asked < 20:
            answered_by.add(bodega.json("/simple/").headers["x-request-id"][:12])
            asked += 1
            assert asked < 500, "one worker answered everything"
        # An answer is counted once it is on its way: the last may be a moment behind.
        eventually(lambda: requests_counted(bodega) == asked)
        assert {requests_counted(bodega) for _ in range(20)} == {float(asked)}
        # A worker that dies takes nothing with it.
        os.kill(children(bodega.process.pid)[0], signal.SIGKILL)
        eventually(lambda: len(children(bodega.process.pid)) == 2)
        assert requests_counted(bodega) == asked


def test_a_dead_worker_is_replaced(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2") as bodega:
        first = set(children(bodega.process.pid))
        victim = min(first)
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: len(set(children(bodega.process.pid)) - {victim}) == 2)
        for _ in range(20):
            assert bodega.get("/livez").status == 200
        assert any("ended by SIGKILL; another is started" in line for line in bodega.lines)


def test_a_second_server_is_refused_and_commands_are_not(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2"):
        second = command(
            tmp_path, "serve", "--port", "0", "--data", str(tmp_path / "data"), "--upstream", "none"
        )
        assert (second.returncode, "E-DATA-FOLDER-IN-USE" in second.stderr) == (1, True)
        assert new_token(tmp_path)["token"]
    with Bodega(tmp_path, "--upstream", "none"):
        pass  # the folder is free again


def test_a_port_that_workers_have_is_taken(tmp_path: Path) -> None:
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2") as bodega:
        for workers in ("1", "2"):
            words = ("--port", str(bodega.port), "--data", str(tmp_path / "d"), "--upstream", "none")
            second = command(tmp_path, "serve", *words, "--workers", workers)
            assert (second.returncode, "E-PORT-IN-USE" in second.stderr) == (1, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_is_clean(tmp_path: Path, number: signal.Signals) -> None:
    bodega = Bodega(tmp_path, "--upstream", "none", "--workers", "2")
    workers = children(bodega.process.pid)
    # One reader is in the middle of its request line, another has a kept connection.
    kept = http.client.HTTPConnection(bodega.host, bodega.port, timeout=10)
    kept.request("GET", "/livez")
    kept.getresponse().read()
    with socket.create_connection((bodega.host, bodega.port)) as slow:
        slow.sendall(b"GET /liv")
        bodega.process.send_signal(number)
        assert bodega.end() == 0
    kept.close()
    assert not any(os.path.exists(f"/proc/{worker}") for worker in workers)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((bodega.host, bodega.port), timeout=5)


def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    bodega = Bodega(tmp_path, "--upstream", "none", "--workers", "2")
    workers = children(bodega.process.pid)
    bodega.process.kill()
    eventually(lambda: not any(alive(worker) for worker in workers))
    bodega.end()
    with Bodega(tmp_path, "--upstream", "none", "--workers", "2") as again:
        assert again.get("/livez").status == 200


def alive(pid: int) -> bool:
    try:
        return re.search(r"^State:\s+[^Z]", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE) is not None
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("workers", ["0", "-1", "many", "100000"])
def test_numbers_of_workers_that_cannot_be(tmp_path: Path, workers: str) -> None:
    refused = command(tmp_path, "serve", "--port", "0", "--upstream", "none", f"--workers={workers}")
    assert refused.returncode in (1, 2)
    assert "E-SETTING-INVALID" in refused.stderr
    assert "Traceback" not in refused.stderr
