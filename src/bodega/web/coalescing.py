"""Blocking work off the event loop; readers who ask for the same thing share one thread and its result."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Executor
from typing import Any, TypeVar

Result = TypeVar("Result")


class Coalescing:
    """Runs blocking functions in threads; used from one event loop."""

    def __init__(self, threads: Executor) -> None:
        self._threads = threads
        self._under_way: dict[Hashable, asyncio.Future[Any]] = {}

    def run(self, key: Hashable, work: Callable[[], Result]) -> Awaitable[Result]:
        """The result of the work, or of the same that is under way."""
        flight = self._under_way.get(key)
        if flight is None:
            flight = asyncio.get_running_loop().run_in_executor(self._threads, work)
            self._under_way[key] = flight
            flight.add_done_callback(lambda done: self._end(key, done))
        # A reader who goes away must not take the work from the others.
        return asyncio.shield(flight)

    def _end(self, key: Hashable, done: "asyncio.Future[Any]") -> None:
        self._under_way.pop(key, None)
        if not done.cancelled():
            done.exception()
