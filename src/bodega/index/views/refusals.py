"""Refused downloads, told within bounds: a client that tries again and again must not fill the record."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bodega.index.views.policy_commands import NoteRefusal
from bodega.messaging.clock import Clock

#: The same refusal is told once in this time, and so many of all in a minute.
SAME = timedelta(minutes=10)
MOST_A_MINUTE = 60
_MINUTE = timedelta(minutes=1)
_MOST_REMEMBERED = 4096


class Refusals:
    """Decides which refusals are told; may be called from any thread and never waits for ``tell``'s work."""

    def __init__(self, tell: Callable[[NoteRefusal], None], clock: Clock) -> None:
        self._tell = tell
        self._clock = clock
        self._lock = threading.Lock()
        self._told: OrderedDict[NoteRefusal, datetime] = OrderedDict()
        self._lately: deque[datetime] = deque()

    def __call__(self, refusal: NoteRefusal) -> None:
        """Tell of it, unless it was told a short while ago or there are too many."""
        if self._is_due(refusal, self._clock()):
            self._tell(refusal)

    def _is_due(self, refusal: NoteRefusal, now: datetime) -> bool:
        with self._lock:
            before = self._told.get(refusal)
            while self._lately and now - self._lately[0] >= _MINUTE:
                self._lately.popleft()
            if (before is not None and now - before < SAME) or len(self._lately) >= MOST_A_MINUTE:
                return False
            self._lately.append(now)
            self._told[refusal] = now
            self._told.move_to_end(refusal)
            if len(self._told) > _MOST_REMEMBERED:
                self._told.popitem(last=False)
            return True
