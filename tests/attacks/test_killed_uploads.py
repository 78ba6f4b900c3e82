"""An upload killed before each step that it takes on disk: whole or not there, and it can be sent again."""

import hashlib
import http.client
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.publishing import command, new_token, upload
from support.server import Bodega

#: System calls by which an upload becomes durable, and before which of each it is killed. They are counted
#: for each thread; a call that an upload does not make kills nothing.
STEPS = {
    "fsync": (1, 2, 3, 4, 5, 6),
    "rename": (1, 2),
    "mkdir": (2, 3),
    "pwrite64": (1, 2, 11, 20),
    "fdatasync": (1,),
    "unlink": (1,),
}


def can_trace() -> bool:
    if sys.platform != "linux" or shutil.which("strace") is None:
        return False
    probe = ["strace", "-o", "/dev/null", "-e", "inject=getpid:signal=SIGCONT:when=1", "true"]
    return subprocess.run(probe, capture_output=True, check=False, timeout=20).returncode == 0


pytestmark = pytest.mark.skipif(not can_trace(), reason="strace is not here, or may not trace")


class House:
    """A server that is started again when it was killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bodega = Bodega(folder, "--upstream", "none")
        self.token = new_token(folder)["token"]
        self.sent: dict[str, str] = {}

    def upload(self, number: int) -> int | None:
        """Upload a wheel; the status, ``None`` where no answer came."""
        version = f"1.{number}"
        content = wheel_bytes(version=version, files={"x.bin": str(number).encode() * 9000})
        self.sent[wheel_filename(version=version)] = hashlib.sha256(content).hexdigest()
        try:
            return upload(self.bodega, self.token, content, wheel_filename(version=version), version=version)[
                0
            ]
        except (OSError, http.client.HTTPException):
            return None

    def killed_at(self, step: str, count: int, number: int) -> tuple[int | None, bool]:
        """Upload, killed before the ``count``-th call of that name; the status, and whether it was killed."""
        words = ["-e", f"trace={step}", "-e", f"inject={step}:signal=SIGKILL:when={count}"]
        tracer = subprocess.Popen(
            ["strace", "-f", "-o", "/dev/null", *words, "-p", str(self.bodega.process.pid)],
            stderr=subprocess.PIPE,
            text=True,
        )
        assert tracer.stderr is not None
        assert "attached" in tracer.stderr.readline()
        status: int | None = None
        try:
            status = self.upload(number)
        finally:
            end(tracer, is_waiting=status is not None)
        was_killed = status is None
        if was_killed:
            assert self.bodega.end() == -signal.SIGKILL
            self.bodega = Bodega(self.folder, "--upstream", "none")
        return status, was_killed

    def listed(self) -> dict[str, str]:
        """What is listed, each file fetched and found right, with its metadata."""
        answer = self.bodega.json("/simple/sample/")
        if answer.status == 404:
            return {}
        found = {}
        for file in json.loads(answer.body)["files"]:
            path = "/files/" + file["url"].partition("/files/")[2]
            for ending, wanted in (("", file["hashes"]), (".metadata", file["core-metadata"])):
                body = self.bodega.get(path + ending).body
                assert hashlib.sha256(body).hexdigest() == wanted["sha256"]
            found[file["filename"]] = file["hashes"]["sha256"]
        return found


def end(tracer: subprocess.Popen[str], *, is_waiting: bool) -> None:
    """Let go of the server; of a killed one a tracer may wait for ever."""
    if is_waiting:
        tracer.send_signal(signal.SIGINT)
    else:
        tracer.kill()
    try:
        tracer.communicate(timeout=5)
    except subprocess.TimeoutExpired:
        tracer.kill()
        tracer.communicate()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.bodega.end()


def test_killed_before_each_step(house: House) -> None:
    kills = 0
    acknowledged: dict[str, str] = {}
    steps = [(step, count) for step, counts in STEPS.items() for count in counts]
    for number, (step, count) in enumerate(steps):
        status, was_killed = house.killed_at(step, count, number)
        kills += was_killed
        filename = wheel_filename(version=f"1.{number}")
        listed = house.listed()
        assert acknowledged.items() <= listed.items() <= house.sent.items(), (step, count)
        if not was_killed:
            assert status == 200, (step, count)
        # Whatever became of it, the same upload goes through now.
        assert house.upload(number) == 200, (step, count)
        acknowledged[filename] = house.sent[filename]
    assert kills >= 10, "the steps are no longer those that an upload takes"
    assert house.listed() == acknowledged
    done = command(house.folder, "verify", "--data", str(house.folder / "data"))
    assert (done.returncode, done.stdout) == (0, "")
    assert list((house.folder / "data" / "blobs" / "incoming").iterdir()) == []
