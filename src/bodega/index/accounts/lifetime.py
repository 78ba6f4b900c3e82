"""Lifetimes as people write them: ``90d``, ``12h``, ``30m``."""

import re
from datetime import timedelta

from bodega.index.accounts.errors import InvalidExpiryError

_WRITTEN = re.compile(r"([0-9]{1,6})([dhm])", re.ASCII)
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
#: A century: longer is a slip of the keyboard, and dates beyond the year 9999 cannot be counted.
_LONGEST = timedelta(days=36_525)


def lifetime(text: str) -> timedelta:
    """Parse a lifetime; raises InvalidExpiryError for anything that is not positive and at most a century."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise InvalidExpiryError(text)
    duration = timedelta(**{_UNITS[written[2]]: int(written[1])})
    if not timedelta() < duration <= _LONGEST:
        raise InvalidExpiryError(text)
    return duration
