"""How long what was seen counts as fresh, and when a silent upstream is left alone."""

import threading
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """Durations in seconds.

    ``revalidate``: a page younger than this is served without asking. ``stale``: up to this age beyond it,
    a page is served at once and asked for behind; an older one is asked for first, at most ``patience``.
    ``absent``: how long "no such project" is remembered. ``pause``: how long an upstream that did not
    answer is left alone by readers who have a page already.
    """

    revalidate: float = 60.0
    stale: float = 600.0
    patience: float = 3.0
    absent: float = 30.0
    pause: float = 10.0


class Silence:
    """Whether the upstream did not answer a moment ago; may be used from any thread."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self._until = 0.0
        self._lock = threading.Lock()

    def note(self) -> None:
        """It did not answer."""
        with self._lock:
            self._until = time.monotonic() + self._pause

    def end(self) -> None:
        """It answered."""
        self._until = 0.0

    def __bool__(self) -> bool:
        return time.monotonic() < self._until
