"""One gzip member as a file that is read forward once, bounded (RFC 1952).

Readers disagree about what follows the first member; here nothing may.
"""

import zlib
from typing import BinaryIO

_PIECE = 1 << 16
_INFLATED_PIECE = 1 << 20
#: Bytes asked for at once; more is asked for only by a header that means harm.
MOST_AT_ONCE = 1 << 20


class GzipFaultError(Exception):
    """What is wrong with the stream, in words."""


class GzipLimitError(Exception):
    """The stream inflates to more than the limit, or is asked for too much at once."""


class InflatedStream:
    """The inflated bytes of ``file``, at most ``limit`` of them: ``read``, ``tell``, and ``seek`` forward.

    Methods raise GzipFaultError, GzipLimitError.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit
        self._inflate = zlib.decompressobj(31)
        self._waiting = b""
        self._ready = bytearray()
        self._position = 0
        self._total = 0
        #: What the last ``read`` gave.
        self.last = b""

    def read(self, size: int = _PIECE) -> bytes:
        """The next ``size`` bytes; fewer only at the end."""
        if not 0 <= size <= MOST_AT_ONCE:
            raise GzipLimitError(f"a header asks for {size} bytes at once")
        while len(self._ready) < size and self._more():
            pass
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
            if not self.read(min(offset - self._position, _INFLATED_PIECE)):
                raise GzipFaultError("it ends in the middle of a member")
        return self._position

    def end(self) -> None:
        """Nothing but zeros is left, and nothing stands behind the stream."""
        while piece := self.read(_INFLATED_PIECE):
            if piece.strip(b"\0"):
                raise GzipFaultError("it goes on behind its end")
        if self._inflate.unused_data or self._file.read(1):
            raise GzipFaultError("bytes stand behind its end")

    def _more(self) -> bool:
        """Inflate another piece; whether there was one."""
        if self._inflate.eof:
            return False
        data = self._waiting or self._file.read(_PIECE)
        if not data:
            raise GzipFaultError("it ends too early")
        try:
            piece = self._inflate.decompress(data, _INFLATED_PIECE)
        except zlib.error as error:
            raise GzipFaultError(f"it does not inflate: {error}") from None
        self._waiting = self._inflate.unconsumed_tail
        self._ready += piece
        self._total += len(piece)
        if self._total > self._limit:
            raise GzipLimitError(f"it inflates to more than {self._limit} bytes")
        return True
