"""When an upstream that does not answer is left alone: a circuit breaker.

After one failure readers who have a page already leave it alone for a while. After several in a row, for as
many projects, or when it asks for a pause itself, everybody does, for longer each time; then one asks, to see
whether it is back. (One project whose page is broken upstream says nothing about the others.)
"""

import threading
import time

#: Projects whose asking failed, one after the other, after which nobody asks.
SEVERAL = 3
_LONGEST = 120.0
_LONGEST_ASKED_FOR = 600.0


class Silence:
    """Whether the upstream did not answer a moment ago; may be used from any thread.

    ``pause``: the seconds after the first failure.
    """

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._failures = 0
        self._wanted: set[str] = set()
        self._until = 0.0
        self._is_closed = False
        self._lock = threading.Lock()

    def note(self, wanted: str, asked_for: float | None = None) -> bool:
        """It did not answer when asked for that; ``asked_for``: the seconds of ``Retry-After``.

        Says whether nobody asks from now on, who did before.
        """
        with self._lock:
            self._failures += 1
            if len(self._wanted) < SEVERAL:
                self._wanted.add(wanted)
            is_down = len(self._wanted) >= SEVERAL
            growth = max(0, min(self._failures - SEVERAL, 10)) if is_down else 0
            pause = min(self._pause * 2**growth, _LONGEST)
            if asked_for is not None:
                pause = max(pause, min(asked_for, _LONGEST_ASKED_FOR))
            was_closed, self._is_closed = self._is_closed, asked_for is not None or is_down
            self._until = max(self._until, time.monotonic() + pause)
            return self._is_closed and not was_closed

    def end(self) -> bool:
        """It answered; says whether nobody asked before."""
        with self._lock:
            was_closed = self._is_closed
            self._failures = 0
            self._wanted.clear()
            self._until = 0.0
            self._is_closed = False
            return was_closed

    def left(self) -> float:
        """The seconds for which nobody is to ask; 0.0 for whoever may.

        When a pause is over, one may ask, and the others wait for a pause more.
        """
        with self._lock:
            now = time.monotonic()
            if not self._is_closed:
                return 0.0
            if now >= self._until:
                self._until = now + self._pause
                return 0.0
            return self._until - now

    @property
    def failures(self) -> int:
        """How many times in a row it did not answer."""
        return self._failures

    def __bool__(self) -> bool:
        return time.monotonic() < self._until
