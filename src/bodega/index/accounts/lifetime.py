"""Lifetimes of tokens: ``90d``, ``12h``, ``30m``."""

from datetime import timedelta

from bodega.formats.durations import duration
from bodega.index.accounts.errors import InvalidExpiryError


def lifetime(text: str) -> timedelta:
    """Parse a lifetime; raises InvalidExpiryError for anything that is not positive and at most a century."""
    found = duration(text)
    if not found:
        raise InvalidExpiryError(text)
    return found
