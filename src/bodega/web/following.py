"""A file as an answer while it is still arriving: readers follow the growing file without holding threads."""

import asyncio
import os
from collections.abc import Callable
from typing import Self

from bodega.formats.digests import Digest
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import UNHASHED
from bodega.web.blob_replies import (
    content_headers,
    content_range,
    fairness,
    gone,
    send_no_such_range,
)
from bodega.web.conditions import Span, UnsatisfiableRangeError, span_of
from bodega.web.request import BrokenOffError, Reply, Request

#: Smaller than for kept files: a hundred readers follow at once, and each piece waits in a buffer.
_PIECE = 64 << 10


class _Follower:
    """Wakes one reader when the flight has moved; at most one wake-up is on its way."""

    def __init__(self, flight: Flight) -> None:
        self._flight = flight
        self._loop = asyncio.get_running_loop()
        self._moved = asyncio.Event()
        self._called = False

    def __enter__(self) -> Self:
        self._flight.listen(self._listener)
        return self

    def __exit__(self, *_exception: object) -> None:
        self._flight.leave(self._listener)

    def _listener(self) -> None:
        if not self._called:
            self._called = True
            self._loop.call_soon_threadsafe(self._moved.set)

    async def move(self) -> None:
        """Wait for the next move; one that happened since the last wait counts."""
        await self._moved.wait()
        self._moved.clear()
        self._called = False


async def send_flight(
    request: Request, reply: Reply, flight: Flight, *, key: str, kind: bytes
) -> Digest | None:
    """Answer with a file that is arriving, or with the part of it that was asked for.

    Gives its digest when it had arrived before anything was sent: the caller answers from the store then.
    Raises what the flight failed with, or BrokenOffError when the answer had begun.
    """
    with _Follower(flight) as follower:
        descriptor = await _begun(flight, follower)
        if descriptor is None:
            return flight.digest
        try:
            arriving = _Arriving(flight, follower, descriptor)
            if "range" in request.headers and request.method == "GET":
                # Which bytes those are can only be said of a file whose length and state are known.
                if key.startswith(UNHASHED) or flight.size is None:
                    return await arriving.whole()
                await _send_part(request, reply, arriving, key=key, kind=kind)
            else:
                await _send_whole(request, reply, arriving, key=key, kind=kind)
        finally:
            os.close(descriptor)
    return None


async def _begun(flight: Flight, follower: _Follower) -> int | None:
    """The growing file, opened once there is something in it; ``None`` when it is in the store by now."""
    while not flight.ended.is_set():
        descriptor = _open(flight) if flight.published else None
        if descriptor is not None:
            return descriptor
        await follower.move()
    if flight.error is not None:
        raise flight.error
    return None


class _Arriving:
    """A growing file, open for reading."""

    def __init__(self, flight: Flight, follower: _Follower, descriptor: int) -> None:
        self.flight = flight
        self._follower = follower
        self._descriptor = descriptor

    async def whole(self) -> Digest | None:
        """Wait for the end; the file's digest."""
        while not self.flight.ended.is_set():
            await self._follower.move()
        if self.flight.error is not None:
            raise self.flight.error
        return self.flight.digest

    async def send(self, request: Request, reply: Reply, part: Span | None) -> None:
        """Send the part as it arrives; ``None``: everything."""
        flight, position = self.flight, part.start if part else 0
        with gone(request, part.end - part.start if part else flight.size) as reader_is_gone:
            while not reader_is_gone():
                # Asked before the length is read: what comes between is seen in the next turn.
                ended = flight.ended.is_set()
                is_whole = ended and flight.error is None
                arrived = os.fstat(self._descriptor).st_size if is_whole else flight.published
                end = min(part.end, arrived) if part else arrived
                position = await self._pieces(reply, position, end, reader_is_gone)
                if part.end == position if part else is_whole:
                    await reply.write(b"", more=False)
                    return
                if ended and not reader_is_gone():
                    raise BrokenOffError
                if position >= flight.published:
                    await self._follower.move()

    async def _pieces(self, reply: Reply, position: int, end: int, is_gone: Callable[[], bool]) -> int:
        while position < end and not is_gone():
            piece = os.pread(self._descriptor, min(_PIECE, end - position), position)
            if not piece:
                raise BrokenOffError
            position += len(piece)
            await reply.write(piece)
            await fairness()
        return position


async def _send_whole(request: Request, reply: Reply, arriving: _Arriving, *, key: str, kind: bytes) -> None:
    is_fixed = not key.startswith(UNHASHED)
    size = arriving.flight.size
    headers = content_headers(request, key if is_fixed else "", kind, size, is_fixed=is_fixed)
    await reply.begin(200, headers)
    if request.method == "HEAD":
        await reply.write(b"", more=False)
    else:
        await arriving.send(request, reply, None)


async def _send_part(request: Request, reply: Reply, arriving: _Arriving, *, key: str, kind: bytes) -> None:
    size = arriving.flight.size or 0
    wanted, state = request.headers.get("range"), request.headers.get("if-range")
    try:
        span = span_of(wanted, state, f'"{key}"', size=size)
    except UnsatisfiableRangeError:
        await send_no_such_range(reply, size)
        return
    if span is None:
        await _send_whole(request, reply, arriving, key=key, kind=kind)
        return
    headers = content_headers(request, key, kind, span.end - span.start, is_fixed=True)
    await reply.begin(206, [*headers, content_range(span, size)])
    await arriving.send(request, reply, span)


def _open(flight: Flight) -> int | None:
    if flight.path is None:
        return None
    try:
        return os.open(flight.path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
