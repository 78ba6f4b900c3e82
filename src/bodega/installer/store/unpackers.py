"""Unpacking by processes of their own: threads of one interpreter unpack on one core, in each other's way.

A process is asked in one line and answers in one line. Whatever it cannot do is done again by whoever asked,
so that failures come out as if there were no processes at all.
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
from typing import Self

from bodega.installer.store.store import Store
from bodega.installer.store.tree import Tree

_MOST = 4
_DONE, _FAILED = b"done\n", b"failed\n"
_PROGRAM = """import sys
sys.path = {path!r}
from bodega.installer.store.unpackers import answer
answer({root!r})
"""


class Unpackers:
    """Processes that add wheels to a store, one for each core; safe to be asked from many threads."""

    def __init__(self, store: Store, processes: int | None = None) -> None:
        self._store = store
        self._free: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()
        count = min(os.cpu_count() or 1, _MOST) if processes is None else processes
        self._all = [process for process in (_start(store.layout.root) for _ in range(count)) if process]
        for process in self._all:
            self._free.put(process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the processes end; each does what it has begun."""
        for process in self._all:
            if process.stdin:
                with contextlib.suppress(OSError):  # it died, and what it was asked is not sent any more
                    process.stdin.close()
        for process in self._all:
            process.wait()
            if process.stdout:
                process.stdout.close()

    def add_wheel(self, path: str, sha256: str, filename: str) -> Tree:
        """As ``Store.add_wheel``."""
        asked = f"{path}\0{sha256}\0{filename}"
        if self._all and "\n" not in asked:
            process = self._free.get()
            try:
                is_done = _ask(process, asked)
            finally:
                self._free.put(process)
            tree = self._store.tree(sha256)
            if tree is not None and (is_done or not os.path.exists(path)):
                return tree
        return self._store.add_wheel(path, sha256, filename)


def answer(root: str) -> None:
    """The life of such a process: unpack what is asked for until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who asks is interrupted, and then closes the pipe
    with Store(root) as store:
        for line in sys.stdin.buffer:
            path, sha256, filename = os.fsdecode(line.rstrip(b"\n")).split("\0")
            try:
                store.add_wheel(path, sha256, filename)
            except Exception:  # noqa: BLE001 - it happens again where it can be told
                sys.stdout.buffer.write(_FAILED)
            else:
                sys.stdout.buffer.write(_DONE)
            sys.stdout.buffer.flush()


def _start(root: str) -> "subprocess.Popen[bytes] | None":
    program = _PROGRAM.format(path=sys.path, root=root)
    try:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", program],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _ask(process: "subprocess.Popen[bytes]", asked: str) -> bool:
    if process.stdin is None or process.stdout is None:
        return False
    try:
        process.stdin.write(os.fsencode(f"{asked}\n"))
        process.stdin.flush()
        return process.stdout.readline() == _DONE
    except OSError:
        return False  # it died
