"""Turns in memory: the fake beside ``index.upstream.turns``, among the threads of one process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class MemoryTurns:
    """Implements ``index.upstream.turns.Turns``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[str, MemoryTurn] = {}

    @contextmanager
    def take(self, key: str) -> Iterator["MemoryTurn"]:
        """Wait for the turn."""
        while True:
            with self._lock:
                before = self._under_way.get(key)
                if before is None:
                    turn = self._under_way[key] = MemoryTurn()
                    break
            before.ended.wait()
            if before.text is not None:
                turn = MemoryTurn(before.text)
                break
        try:
            yield turn
        finally:
            with self._lock:
                if self._under_way.get(key) is turn:
                    del self._under_way[key]
            turn.ended.set()


class MemoryTurn:
    """Implements ``index.upstream.turns.Turn``."""

    def __init__(self, told: str | None = None) -> None:
        self.told = told
        self.text: str | None = None
        self.ended = threading.Event()

    def tell(self, text: str) -> None:
        """Tell those who wait."""
        self.text = text
