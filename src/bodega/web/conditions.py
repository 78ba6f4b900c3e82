"""Conditional and range requests (RFC 9110 sections 13 and 14)."""

from dataclasses import dataclass

_MOST_RANGES = 16


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes from ``start`` up to and without ``end``."""

    start: int
    end: int


class UnsatisfiableRangeError(Exception):
    """The range lies outside the content (416)."""


def is_unmodified(if_none_match: str | None, etag: str) -> bool:
    """Whether the reader has this state already; ETags compare weakly here."""
    if not if_none_match:
        return False
    if if_none_match == etag:
        return True
    if if_none_match.strip() == "*":
        return True
    return any(candidate.strip().removeprefix("W/") == etag for candidate in if_none_match.split(","))


def span_of(range_header: str | None, if_range: str | None, etag: str, *, size: int) -> Span | None:
    """The one range asked for; ``None``: send everything.

    Several ranges, malformed ones and those for another state are ignored, as the RFC allows. Raises
    UnsatisfiableRangeError.
    """
    if not range_header or (if_range is not None and if_range.strip() != etag):
        return None
    unit, equals, ranges = range_header.partition("=")
    if not equals or unit.strip().lower() != "bytes":
        return None
    if "," in ranges:
        if ranges.count(",") >= _MOST_RANGES:
            raise UnsatisfiableRangeError
        return None
    first, dash, last = (part.strip() for part in ranges.partition("-"))
    if not dash or not _is_number(first or "0") or not _is_number(last or "0") or not (first or last):
        return None
    return _span(first, last, size)


def _span(first: str, last: str, size: int) -> Span | None:
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise UnsatisfiableRangeError
        return Span(size - length, size)
    start = int(first)
    if last and int(last) < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    return Span(start, min(int(last) + 1, size) if last else size)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 18  # noqa: PLR2004 - fits any file
