"""Durations as people write them: ``7d``, ``12h``, ``30m``, and how they are told."""

import re
from datetime import timedelta

_WRITTEN = re.compile(r"([0-9]{1,6})([dhm])", re.ASCII)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
#: A century: longer is a slip of the keyboard, and dates beyond the year 9999 cannot be counted.
LONGEST = timedelta(days=36_525)


def duration(text: str) -> timedelta | None:
    """The duration; ``0`` is none at all. ``None`` for text that is no duration of at most a century."""
    if text == "0":
        return timedelta()
    written = _WRITTEN.fullmatch(text)
    if written is None:
        return None
    found = timedelta(**{_UNITS[written[2]]: int(written[1])})
    return found if found <= LONGEST else None


def written(time: timedelta) -> str:
    """The duration as it would be written, in its largest whole unit; less than a minute is not told."""
    minutes = int(time.total_seconds()) // 60
    if minutes == 0:
        return "0"
    if minutes % 1440 == 0:
        return f"{minutes // 1440}d"
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}m"


def as_adjective(time: timedelta) -> str:
    """The duration before a noun: ``7-day``, ``12-hour``, ``30-minute``."""
    text = written(time)
    unit = {"d": "day", "h": "hour"}.get(text[-1], "minute")
    return f"{text.rstrip('dhm')}-{unit}"
