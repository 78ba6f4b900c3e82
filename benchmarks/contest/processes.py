"""Server processes of a contest: started, watched until they answer, ended; and the CPU of their tree."""

import contextlib
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE = 120.0
_END_PATIENCE = 10.0


class NotStartedError(Exception):
    """A server did not come up."""


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def running(
    command: Sequence[str], ready: str, log: Path, *, cpus: str, variables: Mapping[str, str] | None = None
) -> Iterator[int]:
    """Run a command in a session of its own until the block ends; gives its pid once ``ready`` answers.

    ``cpus`` are the cores it may use, as taskset has them. Raises NotStartedError.
    """
    with log.open("ab") as out:
        process = subprocess.Popen(
            ["taskset", "-c", cpus, *command],
            stdout=out,
            stderr=out,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(variables or {})},
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        _await(process, ready, log)
        yield process.pid
    finally:
        _end(process)


def _await(process: "subprocess.Popen[bytes]", ready: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while not _answers(ready):
        if process.poll() is not None or time.monotonic() > until:
            raise NotStartedError(
                f"{process.args!r} did not start: {log.read_text(errors='replace')[-2000:]}"
            )
        time.sleep(0.05)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=20).close()
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except OSError:
        return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_PATIENCE)
            return


def cpu_seconds(pid: int) -> float:
    """User and system time that a process and those below it have used so far."""
    total = 0
    for member in _tree(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mib(pid: int) -> float:
    """Proportional memory of the tree."""
    total = 0
    for member in _tree(pid):
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{member}/smaps_rollup").read_text().splitlines():
                total += int(line.split()[1]) if line.startswith("Pss:") else 0
    return total / 1024


def _tree(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        member = todo.pop()
        found.append(member)
        with contextlib.suppress(OSError):
            for thread in os.listdir(f"/proc/{member}/task"):
                todo += map(int, Path(f"/proc/{member}/task/{thread}/children").read_text().split())
    return found
