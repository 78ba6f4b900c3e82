"""A file as an answer while it is still arriving: readers follow the growing file without holding threads."""

import asyncio
import os
from typing import Self

from bodega.formats.digests import Digest
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import UNHASHED
from bodega.web.blob_replies import content_headers, fairness, gone
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
    """Answer with a file that is arriving.

    Gives its digest when it had arrived before anything was sent: the caller answers from the store then.
    Raises what the flight failed with, or BrokenOffError when the answer had begun.
    """
    with _Follower(flight) as follower:
        while not flight.published and not flight.ended.is_set():
            await follower.move()
        if flight.error is not None:
            raise flight.error
        descriptor = _open(flight)
        while descriptor is None and not flight.ended.is_set():
            await follower.move()
        if descriptor is None:
            if flight.error is not None:
                raise flight.error
            return flight.digest
        try:
            is_fixed = not key.startswith(UNHASHED)
            headers = content_headers(request, key if is_fixed else "", kind, flight.size, is_fixed=is_fixed)
            await reply.begin(200, headers)
            if request.method == "HEAD":
                await reply.write(b"", more=False)
                return None
            await _follow(request, reply, flight, follower=follower, descriptor=descriptor)
        finally:
            os.close(descriptor)
    return None


async def _follow(
    request: Request, reply: Reply, flight: Flight, *, follower: _Follower, descriptor: int
) -> None:
    position = 0
    with gone(request, flight.size) as reader_is_gone:
        while not reader_is_gone():
            # Asked before the length is read: what comes between is seen in the next turn.
            ended = flight.ended.is_set()
            end = os.fstat(descriptor).st_size if ended and flight.error is None else flight.published
            while position < end and not reader_is_gone():
                piece = os.pread(descriptor, min(_PIECE, end - position), position)
                if not piece:
                    raise BrokenOffError
                position += len(piece)
                await reply.write(piece)
                await fairness()
            if ended:
                if flight.error is not None:
                    raise BrokenOffError
                await reply.write(b"", more=False)
                return
            if position >= flight.published:
                await follower.move()


def _open(flight: Flight) -> int | None:
    if flight.path is None:
        return None
    try:
        return os.open(flight.path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
