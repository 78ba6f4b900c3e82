"""What a search has asked for and what is still on its way: threads, started with the first question."""

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_WORKERS = 24


class Asking:
    """Questions under way, each under the key of what it is for; for one thread."""

    def __init__(self) -> None:
        self._under_way: dict[object, Future[Any]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def __contains__(self, key: object) -> bool:
        return key in self._under_way

    def begin(self, key: object, function: Callable[[Any], Any], argument: object) -> None:
        """Ask in a thread."""
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a warm run has no threads

            self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="resolve")
        self._under_way[key] = self._pool.submit(function, argument)

    def answered(self) -> "Iterator[tuple[Any, Future[Any]]]":
        """What has been answered since, each once."""
        for key in [key for key, future in self._under_way.items() if future.done()]:
            yield key, self._under_way.pop(key)

    def wait_for(self, keys: Collection[Any]) -> bool:
        """Wait until one of these is answered; false where none is under way."""
        waiting = [self._under_way[key] for key in keys if key in self._under_way]
        if not waiting:
            return False
        from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415

        wait(waiting, return_when=FIRST_COMPLETED)
        return True

    def close(self) -> None:
        """Ask nothing more; what is under way ends by itself."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
