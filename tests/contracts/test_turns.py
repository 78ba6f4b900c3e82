"""What turns promise, among threads and among processes."""

import signal
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bodega.adapters.filesystem.turns import FileTurns
from bodega.adapters.memory.turns import MemoryTurns
from bodega.index.upstream.turns import Turns


@pytest.fixture(params=["files", "memory"])
def turns(request: pytest.FixtureRequest, tmp_path: Path) -> Turns:
    return FileTurns(str(tmp_path / "turns")) if request.param == "files" else MemoryTurns()


def test_those_who_wait_are_told(turns: Turns) -> None:
    begun, told = threading.Barrier(9), []

    def wait() -> None:
        begun.wait()
        with turns.take("a") as turn:
            told.append(turn.told)
            if turn.told is None:
                turn.tell("done by another")

    with ThreadPoolExecutor(8) as threads:
        with turns.take("a") as turn, turns.take("b") as other:
            assert (turn.told, other.told) == (None, None)
            waiting = [threads.submit(wait) for _ in range(8)]
            begun.wait()
            # Long enough for all of them to stand in line; whoever comes later does it anew.
            threading.Event().wait(0.2)
            turn.tell("done")
        for one in waiting:
            one.result()
    assert told == ["done"] * 8


def test_what_was_told_before_is_no_news(turns: Turns) -> None:
    with turns.take("a") as turn:
        turn.tell("done")
    with turns.take("a") as turn:
        assert turn.told is None


def test_a_turn_that_fails_is_for_the_next_one(turns: Turns) -> None:
    with pytest.raises(ZeroDivisionError), turns.take("a"):
        raise ZeroDivisionError
    with turns.take("a") as turn:
        assert turn.told is None


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    turns = FileTurns(str(tmp_path))
    for number in range(3):
        with turns.take(str(number)) as turn:
            turn.tell("x")
    assert list(tmp_path.iterdir()) == []


def test_patience_ends(tmp_path: Path) -> None:
    turns = FileTurns(str(tmp_path), patience=0.05)
    with turns.take("a") as first:
        with turns.take("a") as second:
            assert second.told is None
            second.tell("nobody hears this")
        first.tell("x")


def test_where_no_file_can_be_made_everybody_has_a_turn(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with FileTurns(str(tmp_path / "file")).take("a") as turn:
        assert turn.told is None
        turn.tell("x")


HOLDER = """
    import sys, time
    from bodega.adapters.filesystem.turns import FileTurns
    with FileTurns(sys.argv[1]).take("a") as turn:
        turn.tell("half")
        print("ready", flush=True)
        time.sleep(60)
"""


def test_a_killed_process_loses_its_turn(tmp_path: Path) -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with FileTurns(str(tmp_path)).take("a") as turn:
        assert turn.told is None
