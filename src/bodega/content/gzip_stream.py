"""One gzip member as a file that is read forward once, bounded (RFC 1952).

Readers disagree about what follows the first member; here nothing may.
"""

import zlib
from abc import ABC, abstractmethod
from typing import BinaryIO

_PIECE = 1 << 16
#: Bytes asked for at once; more is asked for only by a header that means harm.
MOST_AT_ONCE = 1 << 20


class GzipFaultError(Exception):
    """What is wrong with the stream, in words."""


class GzipLimitError(Exception):
    """The stream inflates to more than the limit, or is asked for too much at once."""


class ForwardStream(ABC):
    """The inflated bytes of ``file``, at most ``limit`` of them: ``read``, ``tell``, and ``seek`` forward.

    Methods raise GzipFaultError, GzipLimitError.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._ready = bytearray()
        self._position = 0
        self._total = 0
        #: What the last ``read`` gave.
        self.last = b""

    @abstractmethod
    def _piece(self) -> bytes:
        """Inflate another piece; empty at the end."""

    @abstractmethod
    def _unused(self) -> bytes:
        """What was read already and stands behind the end."""

    def read(self, size: int = _PIECE) -> bytes:
        """The next ``size`` bytes; fewer only at the end."""
        if not 0 <= size <= MOST_AT_ONCE:
            raise GzipLimitError(f"a header asks for {size} bytes at once")
        while len(self._ready) < size and (piece := self._piece()):
            self._ready += piece
            self._total += len(piece)
            if self._total > self._limit:
                raise GzipLimitError(f"it inflates to more than {self._limit} bytes")
        self.last = bytes(self._ready[:size])
        del self._ready[:size]
        self._position += len(self.last)
        return self.last

    def tell(self) -> int:
        """The position in the inflated bytes."""
        return self._position

    def seek(self, offset: int) -> int:
        """Skip to a position that is not behind this one."""
        if offset < self._position:
            raise GzipFaultError("its headers point backwards")
        while self._position < offset:
            if not self.read(min(offset - self._position, MOST_AT_ONCE)):
                raise GzipFaultError("it ends in the middle of a member")
        return self._position

    def end(self) -> None:
        """Nothing but zeros is left, and nothing stands behind the stream."""
        while piece := self.read(MOST_AT_ONCE):
            if piece.strip(b"\0"):
                raise GzipFaultError("it goes on behind its end")
        if self._unused() or self._file.read(1):
            raise GzipFaultError("bytes stand behind its end")


class InflatedStream(ForwardStream):
    """One gzip member."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        super().__init__(file, limit)
        self._inflate = zlib.decompressobj(31)
        self._waiting = b""

    def _piece(self) -> bytes:
        while not self._inflate.eof:
            data = self._waiting or self._file.read(_PIECE)
            if not data:
                raise GzipFaultError("it ends too early")
            try:
                piece = self._inflate.decompress(data, MOST_AT_ONCE)
            except zlib.error as error:
                raise GzipFaultError(f"it does not inflate: {error}") from None
            self._waiting = self._inflate.unconsumed_tail
            if piece:
                return piece
        return b""

    def _unused(self) -> bytes:
        return self._inflate.unused_data
