"""Byte ranges of a file that lies elsewhere (RFC 9110 section 14): how to ask, and what an answer holds.

What a server answers may be other places than those asked for, and more or less of them: whoever reads it
gets each run of bytes with its place, and decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bodega.simple_api.transport import Answer

#: Start and end of a run of bytes.
Span = tuple[int, int]

PARTIAL = 206
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})", re.IGNORECASE)
_BOUNDARY = re.compile(r"multipart/byteranges\s*;.*?boundary=(\"[^\"]{1,70}\"|[^\s;\"]{1,70})", re.IGNORECASE)
_MOST_HEAD = 16 << 10
_MOST_BLANK_LINES = 4


class RangeAnswerError(Exception):
    """The answer is not the ranges of a file, in words."""


@dataclass(frozen=True, slots=True)
class Place:
    """A run of bytes (``start`` up to but not ``end``) of a file of ``size`` bytes."""

    start: int
    end: int
    size: int


def range_header(spans: Iterable[Span]) -> str:
    """The value of ``Range`` that asks for these."""
    return "bytes=" + ",".join(f"{start}-{end - 1}" for start, end in spans)


def merged(spans: Iterable[Span], gap: int = 0) -> tuple[Span, ...]:
    """Spans in order, those that are at most ``gap`` bytes apart made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start <= out[-1][1] + gap:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return tuple(out)


def without(spans: Iterable[Span], known: Sequence[Span]) -> tuple[Span, ...]:
    """What is left of spans when the known ones, in order and apart, are taken out."""
    out: list[Span] = []
    for start, end in merged(spans):
        at = start
        for first, last in known:
            if last <= at or first >= end:
                continue
            if first > at:
                out.append((at, first))
            at = last
        if at < end:
            out.append((at, end))
    return tuple(out)


def content_range(headers: Mapping[str, str]) -> Place:
    """What ``Content-Range`` says; raises RangeAnswerError where it is missing or makes no sense."""
    value = headers.get("content-range", "").strip()
    match = _CONTENT_RANGE.fullmatch(value)
    if match is None:
        raise RangeAnswerError(f"its Content-Range is {value[:60]!r}")
    first, last, size = map(int, match.groups())
    if first > last or last >= size:
        raise RangeAnswerError(f"its Content-Range is {value[:60]!r}")
    return Place(first, last + 1, size)


def is_multipart(answer: Answer) -> bool:
    """Whether the answer holds several ranges."""
    return _BOUNDARY.match(answer.headers.get("content-type", "").strip()) is not None


def parts(answer: Answer, pieces: Iterator[bytes]) -> Iterator[tuple[Place, Iterator[bytes]]]:
    """The ranges of a 206 answer, each with its bytes, which must be read to their end before the next.

    ``pieces`` are those of the answer. Raises RangeAnswerError, and what they raise.
    """
    match = _BOUNDARY.match(answer.headers.get("content-type", "").strip())
    if match is None:
        yield content_range(answer.headers), pieces
        return
    body = _Body(pieces)
    delimiter = b"--" + match[1].strip('"').encode("latin-1")
    while body.delimiter(delimiter):
        place = content_range(body.head())
        yield place, body.take(place.end - place.start)


class _Body:
    """A multipart body, read forward; at most a piece of it is held."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = b""

    def delimiter(self, delimiter: bytes) -> bool:
        """Step over a delimiter line, and blank ones before it; ``False`` for the one that ends the body."""
        line = next(filter(None, (self._line() for _ in range(_MOST_BLANK_LINES))), b"")
        if line not in (delimiter, delimiter + b"--"):
            raise RangeAnswerError("its parts are not where they should be")
        return line == delimiter

    def head(self) -> dict[str, str]:
        """The header fields of a part."""
        headers: dict[str, str] = {}
        left = _MOST_HEAD
        while line := self._line():
            left -= len(line)
            if left < 0:
                raise RangeAnswerError("the head of a part never ends")
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers

    def take(self, length: int) -> Iterator[bytes]:
        """So many bytes."""
        while length:
            if not self._held:
                self._more()
            piece, self._held = self._held[:length], self._held[length:]
            length -= len(piece)
            yield piece

    def _line(self) -> bytes:
        while b"\n" not in self._held:
            if len(self._held) > _MOST_HEAD:
                raise RangeAnswerError("the head of a part never ends")
            self._more()
        line, _, self._held = self._held.partition(b"\n")
        return line.removesuffix(b"\r")

    def _more(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            raise RangeAnswerError("it ends before its last part")
        self._held += piece
