"""Projects of whose files more was learned than their page says: gathered, so that one page tells of much."""

import time
from collections.abc import Callable

from bodega.formats.names import NormalizedName


class Gathered:
    """The names of such projects, each due some ``seconds`` after the first was learned; any thread."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._since: dict[NormalizedName, float] = {}
        self._asked: set[NormalizedName] = set()

    def add(self, name: NormalizedName) -> None:
        """More was learned."""
        self._since.setdefault(name, self._clock())

    def has(self, name: NormalizedName) -> bool:
        """Whether the page does not say all."""
        return name in self._since

    def is_due(self, name: NormalizedName) -> bool:
        """Whether a page must be made now: true once, until it is settled and more is learned."""
        since = self._since.get(name)
        if since is None or since + self._seconds > self._clock() or name in self._asked:
            return False
        self._asked.add(name)
        return True

    def settle(self, name: NormalizedName) -> None:
        """The page is made now, and says all that was learned so far."""
        self._since.pop(name, None)
        self._asked.discard(name)
