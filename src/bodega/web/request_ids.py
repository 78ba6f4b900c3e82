"""Ids of requests: unlike those of any other process, told in ``X-Request-Id`` and in the log."""

import os
from collections.abc import Callable
from itertools import count


def request_ids() -> Callable[[], str]:
    """A source of ids; the first twelve characters are those of this source."""
    start, numbers = os.urandom(6).hex(), count(1)
    return lambda: f"{start}{next(numbers):08x}"
