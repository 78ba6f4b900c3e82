"""Worker processes of one server: forked, replaced when they die, ended together (POSIX).

The supervisor holds no database, starts no thread and runs no event loop, so that forking it is safe at any
time. Workers notice when it has gone, however it went, and end as at SIGTERM.
"""

import contextlib
import gc
import logging
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from bodega.formats.errors import BodegaError

_log = logging.getLogger(__name__)
_ENDING = (signal.SIGTERM, signal.SIGINT)
#: Seconds that workers have to end; the contract says 10 for the whole server.
_DRAIN = 9.0
#: Seconds from one start of a worker to the next, so that one that cannot live is no storm.
_PAUSE = 1.0


class WorkerFailedError(BodegaError):
    """A worker process ended while the server was starting."""

    code = "E-WORKER-FAILED"

    def __init__(self, ending: str) -> None:
        super().__init__("a worker of the server did not start", why=f"it ended {ending}; the log says more")
        self.ending = ending


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker process knows of itself. ``lifeline`` becomes readable when the supervisor has gone."""

    number: int
    lifeline: int
    ready_end: int

    def ready(self) -> None:
        """Say that this worker serves."""
        with contextlib.suppress(OSError):  # the supervisor may have gone meanwhile
            os.write(self.ready_end, bytes([self.number]))


class _Pipe:
    def __init__(self) -> None:
        self.reading, self.writing = os.pipe()
        os.set_blocking(self.reading, False)

    def close(self) -> None:
        os.close(self.reading)
        os.close(self.writing)


class _Signals:
    """Wakes the supervisor at signals; ``asked`` counts those that ask it to end."""

    def __init__(self) -> None:
        self.asked = 0
        self.waking, self._woken = socket.socketpair()
        self.waking.setblocking(False)  # noqa: FBT003 - as sockets have it
        self._woken.setblocking(False)  # noqa: FBT003 - as sockets have it

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        before = {number: signal.signal(number, self._note) for number in (*_ENDING, signal.SIGCHLD)}
        wakeup = signal.set_wakeup_fd(self._woken.fileno(), warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(wakeup)
            for number, handler in before.items():
                signal.signal(number, handler)
            self.close()

    def close(self) -> None:
        self.waking.close()
        self._woken.close()

    def _note(self, number: int, _frame: FrameType | None) -> None:
        self.asked += number in _ENDING


class Workers:
    """``count`` processes that each run ``work``; see ``run``."""

    def __init__(self, count: int, work: Callable[[Worker], None], when_ending: Callable[[], None]) -> None:
        """``when_ending`` is called in the supervisor when it is asked to end, before workers are told."""
        self._count = count
        self._work = work
        self._when_ending = when_ending
        self._pids: dict[int, int] = {}
        self._due: dict[int, float] = dict.fromkeys(range(count), 0.0)
        self._ready: set[int] = set()
        self._lifeline = _Pipe()
        self._ready_pipe = _Pipe()
        self._signals = _Signals()

    def run(self, when_ready: Callable[[], None]) -> None:
        """Run until SIGTERM or SIGINT; returns when every worker has ended.

        ``when_ready`` is called once, when all have said that they serve. Raises WorkerFailedError when one
        ends before that.
        """
        gc.freeze()  # What is there already is shared with the workers, and stays so.
        with self._signals.caught(), selectors.DefaultSelector() as selector:
            selector.register(self._signals.waking, selectors.EVENT_READ)
            selector.register(self._ready_pipe.reading, selectors.EVENT_READ)
            try:
                self._serve(selector, when_ready)
            finally:
                self._when_ending()
                self._end_all(selector)
                self._lifeline.close()
                self._ready_pipe.close()

    def _serve(self, selector: selectors.BaseSelector, when_ready: Callable[[], None]) -> None:
        told = False
        while not self._signals.asked:
            self._start_due()
            self._wait(selector, self._pause())
            self._ready.update(_drained(self._ready_pipe.reading))
            for number, ending in self._reaped():
                if not told:
                    raise WorkerFailedError(ending)
                _log.error("worker %d ended %s; another is started", number, ending)
            if not told and len(self._ready) == self._count:
                told = True
                when_ready()

    def _pause(self) -> float | None:
        waiting = [at for number, at in self._due.items() if number not in self._pids]
        return max(0.0, min(waiting) - time.monotonic()) if waiting else None

    def _wait(self, selector: selectors.BaseSelector, seconds: float | None) -> None:
        selector.select(seconds)
        _drained(self._signals.waking.fileno())

    def _start_due(self) -> None:
        now = time.monotonic()
        for number, at in self._due.items():
            if number not in self._pids and at <= now:
                self._due[number] = now + _PAUSE
                self._pids[number] = self._fork(number)

    def _fork(self, number: int) -> int:
        sys.stdout.flush()
        sys.stderr.flush()
        # A signal between fork and new handlers would be noted by a copy of the supervisor's, and lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            pid = os.fork()
            if pid == 0:
                self._be_worker(number)
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        return pid

    def _be_worker(self, number: int) -> NoReturn:
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            for one in (*_ENDING, signal.SIGCHLD):
                signal.signal(one, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            self._signals.close()
            os.close(self._lifeline.writing)
            os.close(self._ready_pipe.reading)
            self._work(Worker(number, self._lifeline.reading, self._ready_pipe.writing))
            code = 0
        except BodegaError as error:
            # Foreseen, so without a traceback.
            words = error.what if error.why is None else f"{error.what}: {error.why}"
            _log.error("worker %d cannot serve: %s", number, words)
        except Exception:  # noqa: BLE001 - the edge of the process
            _log.exception("worker %d failed", number)
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stderr.flush()
            # Never back into the supervisor's frames.
            os._exit(code)

    def _reaped(self) -> Iterator[tuple[int, str]]:
        for number, pid in list(self._pids.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._pids[number]
                yield number, _in_words(os.waitstatus_to_exitcode(status))

    def _end_all(self, selector: selectors.BaseSelector) -> None:
        until = time.monotonic() + _DRAIN
        self._send(signal.SIGTERM)
        asked = self._signals.asked
        while self._pids and (left := until - time.monotonic()) > 0:
            # SIGCHLD may have come before the wait began: never longer than a moment.
            self._wait(selector, min(left, 0.1))
            list(self._reaped())
            if self._signals.asked > asked:
                break
        self._send(signal.SIGKILL)
        while self._pids:
            self._wait(selector, 0.1)
            list(self._reaped())

    def _send(self, number: signal.Signals) -> None:
        for pid in self._pids.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def _drained(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except BlockingIOError:
        return b""


def _in_words(code: int) -> str:
    return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
