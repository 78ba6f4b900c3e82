"""Locks between processes."""

import os
import subprocess
import sys
from pathlib import Path

from bodega.installer.store.locks import locked, try_lock


def test_one_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    held = try_lock(path)
    assert held is not None
    assert try_lock(path) is None
    os.close(held)
    with locked(path):
        assert try_lock(path) is None
    again = try_lock(path)
    assert again is not None
    os.close(again)


def test_a_dead_process_holds_nothing_and_a_child_inherits_nothing(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    code = (
        "import sys, subprocess; from bodega.installer.store.locks import try_lock\n"
        "assert try_lock(sys.argv[1]) is not None\n"
        "subprocess.Popen([sys.executable, '-c', 'import sys; sys.stdin.read()'], stdin=0, close_fds=False)\n"
        "print('held', flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    process.wait()
    held = try_lock(path)
    assert held is not None, "the child that still runs must not hold its parent's lock"
    os.close(held)
    assert process.stdin is not None
    process.stdin.close()
    process.stdout.close()
