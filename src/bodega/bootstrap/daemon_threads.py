"""A pool of daemon threads: work that waits for a silent upstream must not keep the process alive."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class DaemonThreads(Executor):
    """At most ``most`` threads, started when there is work for them."""

    def __init__(self, most: int, name: str) -> None:
        self._most = most
        self._name = name
        self._moved = threading.Condition()
        self._waiting = 0
        self._started = 0
        self._ended = False
        self._work: deque[tuple[Future[Any], Callable[[], Any]]] = deque()

    def submit(self, work: Callable[..., Result], /, *arguments: Any, **named: Any) -> "Future[Result]":
        """Run the work soon."""
        future: Future[Result] = Future()
        with self._moved:
            self._work.append((future, lambda: work(*arguments, **named)))
            needed = len(self._work) > self._waiting and self._started < self._most
            self._started += needed
            self._moved.notify()
        if needed:
            threading.Thread(target=self._run, name=self._name, daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - as Executor has it
        """Let threads end when they have nothing to do; what is under way ends with the process."""
        with self._moved:
            self._ended = True
            self._moved.notify_all()

    def _run(self) -> None:
        while (entry := self._next()) is not None:
            future, work = entry
            if future.set_running_or_notify_cancel():
                _carry_out(future, work)

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._moved:
            while not self._work:
                if self._ended:
                    return None
                self._waiting += 1
                self._moved.wait()
                self._waiting -= 1
            return self._work.popleft()


def _carry_out(future: "Future[Any]", work: Callable[[], Any]) -> None:
    try:
        result = work()
    except BaseException as error:  # noqa: BLE001 - handed to whoever waits
        future.set_exception(error)
    else:
        future.set_result(result)
