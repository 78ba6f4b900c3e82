"""One piece of work per key at a time: whoever comes meanwhile waits for it and shares what comes out."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Result = TypeVar("Result")


class SingleFlight(Generic[Key, Result]):
    """May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[Key, Future[Result]] = {}

    def do(self, key: Key, work: Callable[[], Result]) -> Result:
        """The result of the work, or of the same one that is under way; raises what it raises."""
        with self._lock:
            flight = self._flights.get(key)
            mine = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        if mine:
            self._run(key, flight, work)
        return flight.result()

    def is_under_way(self, key: Key) -> bool:
        """Whether the work is being done now."""
        return key in self._flights

    def _run(self, key: Key, flight: "Future[Any]", work: Callable[[], Result]) -> None:
        try:
            result = work()
        except BaseException as error:  # noqa: BLE001 - handed to everyone who waits
            self._end(key)
            flight.set_exception(error)
        else:
            self._end(key)
            flight.set_result(result)

    def _end(self, key: Key) -> None:
        with self._lock:
            del self._flights[key]
