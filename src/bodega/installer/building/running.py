"""Run the programs of a build: their words go to a file, and none outlives us."""

import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bodega.installer.building.errors import BuildError

if TYPE_CHECKING:
    import subprocess

_POLL = 0.05
#: A build that says more than this, in bytes, is stopped: the disk is not only its own.
MOST_OUTPUT = 256 << 20
_TAIL = 64 << 10


class BuildStoppedError(BuildError):
    """The build was stopped before it was done, because the command ends."""

    code = "E-BUILD-STOPPED"

    def __init__(self, why: str = "the command that asked for it has ended") -> None:
        super().__init__("a build was stopped", why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """One program: its command, folder, environment, and the file that gets its words (appended)."""

    command: Sequence[str]
    folder: str
    environ: Mapping[str, str]
    log: str


class Running:
    """The programs that run now. Threads may use it at once; ``listen`` is told what they say, in pieces."""

    def __init__(self, listen: Callable[[str], None] | None = None) -> None:
        self._listen = listen
        self._lock = threading.Lock()
        self._now: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, started: Started) -> int:
        """Run to the end and return the exit code; raises BuildStoppedError, OSError."""
        import subprocess  # noqa: PLC0415 - only where something is built

        log = os.open(started.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            with self._lock:
                if self._stopped:
                    raise BuildStoppedError
                process = subprocess.Popen(
                    started.command,
                    cwd=started.folder,
                    env=dict(started.environ),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
                self._now.add(process)
        finally:
            os.close(log)
        try:
            return self._wait(process, started.log)
        finally:
            _kill(process)
            with self._lock:
                self._now.discard(process)

    def stop(self) -> None:
        """Kill all that run, and let nothing start any more."""
        with self._lock:
            self._stopped = True
            for process in self._now:
                _kill(process)

    def _wait(self, process: "subprocess.Popen[bytes]", log: str) -> int:
        import subprocess  # noqa: PLC0415 - only where something is built

        shown = os.path.getsize(log)
        wait = _POLL if self._listen else 1.0
        while True:
            try:
                code = process.wait(wait)
            except subprocess.TimeoutExpired:
                code = None
            shown = self._show(log, shown)
            if code is not None:
                if self._stopped:
                    raise BuildStoppedError
                return code
            if os.path.getsize(log) > MOST_OUTPUT:
                raise BuildStoppedError(f"it said more than {MOST_OUTPUT >> 20} MiB")

    def _show(self, log: str, shown: int) -> int:
        if self._listen is None:
            return shown
        with open(log, "rb") as file:
            file.seek(shown)
            data = file.read()
        if data:
            self._listen(printable(data))
        return shown + len(data)


def tail(log: str) -> str:
    """The end of what a program said, printable."""
    try:
        with open(log, "rb") as file:
            file.seek(max(0, os.path.getsize(log) - _TAIL))
            return printable(file.read())
    except OSError:
        return ""


def printable(data: bytes) -> str:
    """Text without what would steer a terminal."""
    text = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(character if character.isprintable() or character in "\n\t" else "?" for character in text)


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a program and all that it started in its session."""
    if hasattr(os, "killpg"):
        for _ in range(2):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return
            if process.poll() is not None:
                return
            time.sleep(0)
    elif process.poll() is None:  # pragma: no cover - not on Linux
        process.kill()
