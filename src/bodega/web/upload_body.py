"""The body of an upload as it comes: gathered, bounded, and not waited for without end."""

import asyncio
from collections.abc import AsyncIterator

from bodega.formats.errors import BodegaError
from bodega.web.request import Message, Receive

#: Bytes gathered before they are hashed and written in a thread.
_GATHER = 1 << 20
#: What is read and thrown away of a refused upload: many clients read an answer only after sending all.
_DRAIN = 64 << 20
#: Bytes per second below which nobody is uploading in earnest.
LEAST_RATE = 1024


class UploadTooLargeError(BodegaError):
    """The upload is larger than the index takes."""

    code = "E-UPLOAD-TOO-LARGE"

    def __init__(self, limit: int) -> None:
        super().__init__(f"the upload is larger than {limit} bytes", why="that is the limit of this index")
        self.limit = limit


class UploadCutError(BodegaError):
    """The client went away in the middle."""

    code = "E-UPLOAD-CUT"


class UploadSlowError(BodegaError):
    """The client sends next to nothing."""

    code = "E-UPLOAD-SLOW"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            "the upload is too slow",
            why=f"in {seconds:g} s of waiting less than {LEAST_RATE} bytes a second came",
        )


class UploadEncodingError(BodegaError):
    """The body is compressed as a whole: what it would become cannot be bounded by what is sent."""

    code = "E-UPLOAD-ENCODING"

    def __init__(self, encoding: str) -> None:
        super().__init__(f"an upload in the encoding {encoding[:40]!r} is not taken", why="send it as it is")


class UploadBody:
    """The body, in gathered pieces: never more than ``limit`` bytes.

    ``patience`` is how many seconds are waited while less than 1 KiB a second comes.
    """

    def __init__(self, receive: Receive, limit: int, patience: float) -> None:
        self._receive = receive
        self._limit = limit
        self._patience = patience
        self._more = True
        self._taken = 0
        self._begun = False
        self._waited = 0.0
        self._came = 0

    @property
    def begun(self) -> bool:
        """Whether any of it was asked for."""
        return self._begun

    def expect(self, content_length: str) -> None:
        """Refuse by the announced length, before anything is read."""
        if content_length.isdecimal() and int(content_length) > self._limit:
            raise UploadTooLargeError(self._limit)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The pieces; raises UploadTooLargeError, UploadCutError, UploadSlowError."""
        gathered = bytearray()
        while self._more:
            gathered += await self._next()
            if len(gathered) >= _GATHER or not self._more:
                yield bytes(gathered)
                gathered.clear()

    async def drain(self) -> None:
        """Read on to the end, up to a bound, so that the client comes to read the answer."""
        drained = 0
        try:
            while self._more and drained < _DRAIN:
                drained += len(await self._next(bounded=False))
        except (UploadCutError, UploadSlowError):
            self._more = False

    async def _next(self, *, bounded: bool = True) -> bytes:
        self._begun = True
        message = await self._waited_for()
        if message["type"] == "http.disconnect":
            self._more = False
            raise UploadCutError("the client went away in the middle of the upload")
        data: bytes = message.get("body", b"")
        self._more = message.get("more_body", False)
        self._taken += len(data)
        self._came += len(data)
        if bounded and self._taken > self._limit:
            raise UploadTooLargeError(self._limit)
        return data

    async def _waited_for(self) -> Message:
        """The next message. Only the time spent in waiting counts: the disk's is not the client's."""
        if self._came >= self._patience * LEAST_RATE:
            self._waited, self._came = 0.0, 0
        clock = asyncio.get_running_loop().time
        begun = clock()
        try:
            async with asyncio.timeout(self._patience - self._waited):
                return await self._receive()
        except TimeoutError:
            raise UploadSlowError(self._patience) from None
        finally:
            self._waited += clock() - begun
