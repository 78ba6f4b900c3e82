"""Ctrl-C while indexes are slow: the command ends at once, says where it stood, and leaves nothing."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.projects import offer
from support.server import environment
from support.upstream import Handler, Upstream

MOST_SECONDS = 5


@pytest.fixture(autouse=True)
def heeded() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl-C, and so would all that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_an_interrupted_lock_ends_at_once_and_says_where_it_stood(tmp_path: Path):
    asked, go_on = threading.Event(), threading.Event()
    with Upstream() as index:
        offer(index, {"app": {"1.0": ["slow"]}})

        def wait(handler: Handler) -> bool:
            if "slow" in handler.path:
                asked.set()
                go_on.wait(60)
            return False

        index.fault = wait
        process = subprocess.Popen(
            [sys.executable, "-m", "bodega", "lock", "app", "--index-url", index.root],
            env=environment(tmp_path, BODEGA_STORE=str(tmp_path / "store")),
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert asked.wait(30)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        seconds = time.monotonic() - started
        go_on.set()
    assert process.returncode == 130
    assert seconds < MOST_SECONDS
    assert said == "interrupted while resolving, 1 projects and 1 files known\n"
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_an_interrupted_look_for_what_is_outdated_ends_at_once(tmp_path: Path):
    asked, go_on = threading.Event(), threading.Event()
    with Upstream() as index:
        offer(index, {"app": {"1.0": []}})
        command = [sys.executable, "-m", "bodega"]
        settings = {"env": environment(tmp_path, BODEGA_STORE=str(tmp_path / "store")), "cwd": tmp_path}
        where = ["--index-url", index.root]
        subprocess.run([*command, "lock", "app", *where], **settings, check=True, capture_output=True)

        def wait(_: Handler) -> bool:
            asked.set()
            go_on.wait(60)
            return False

        index.fault = wait
        fresh = {**settings["env"], "BODEGA_STORE": str(tmp_path / "other")}
        process = subprocess.Popen(
            [*command, "outdated", *where], cwd=tmp_path, env=fresh, stderr=subprocess.PIPE, text=True
        )
        assert asked.wait(30)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        seconds = time.monotonic() - started
        go_on.set()
    assert (process.returncode, said) == (130, "interrupted\n")
    assert seconds < MOST_SECONDS
