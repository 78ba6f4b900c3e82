"""A compressed stream as a file that is read forward once, bounded: bzip2, xz, or none (PEP 721's care)."""

from typing import BinaryIO, Protocol

from bodega.content.gzip_stream import MOST_AT_ONCE, GzipFaultError, GzipLimitError, InflatedStream

_PIECE = 1 << 16
#: xz asks for as much memory as its header says; no source distribution needs more.
_MOST_MEMORY = 256 << 20


class ForwardStream(Protocol):
    """What tarfile needs of a stream; ``last`` is what the last read gave."""

    last: bytes

    def read(self, size: int = _PIECE) -> bytes:
        """The next bytes."""

    def tell(self) -> int:
        """The position."""

    def seek(self, offset: int) -> int:
        """Skip forward."""

    def end(self) -> None:
        """Make sure that nothing but zeros is left, and nothing stands behind."""


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes without more input."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end."""

    def decompress(self, data: bytes, max_length: int = ...) -> bytes:
        """Some bytes."""


def open_forward(file: BinaryIO, limit: int) -> ForwardStream | None:
    """The stream in a file that is a compressed or plain tar, ``None`` for any other.

    Its methods raise GzipFaultError, GzipLimitError: for all codings alike.
    """
    head = file.read(512)
    file.seek(0)
    if head[:2] == b"\x1f\x8b":
        return InflatedStream(file, limit)
    if head[:3] == b"BZh":
        import bz2  # noqa: PLC0415 - old archives only

        return _Unpacked(file, bz2.BZ2Decompressor(), limit)
    if head[:6] == b"\xfd7zXZ\0":
        import lzma  # noqa: PLC0415 - old archives only

        return _Unpacked(file, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MOST_MEMORY), limit)
    if head[257:262] == b"ustar":
        return _Unpacked(file, None, limit)
    return None


class _Unpacked:
    """As ``InflatedStream``, for other codings."""

    def __init__(self, file: BinaryIO, decompressor: _Decompressor | None, limit: int) -> None:
        self._file = file
        self._decompressor = decompressor
        self._limit = limit
        self._ready = bytearray()
        self._position = 0
        self._total = 0
        self.last = b""

    def read(self, size: int = _PIECE) -> bytes:
        if not 0 <= size <= MOST_AT_ONCE:
            raise GzipLimitError(f"a header asks for {size} bytes at once")
        while len(self._ready) < size and (piece := self._next()):
            self._ready += piece
            self._total += len(piece)
            if self._total > self._limit:
                raise GzipLimitError(f"it inflates to more than {self._limit} bytes")
        self.last = bytes(self._ready[:size])
        del self._ready[:size]
        self._position += len(self.last)
        return self.last

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int) -> int:
        if offset < self._position:
            raise GzipFaultError("its headers point backwards")
        while self._position < offset:
            if not self.read(min(offset - self._position, MOST_AT_ONCE)):
                raise GzipFaultError("it ends in the middle of a member")
        return self._position

    def end(self) -> None:
        while piece := self.read(MOST_AT_ONCE):
            if piece.strip(b"\0"):
                raise GzipFaultError("it goes on behind its end")
        if (self._decompressor is not None and self._decompressor.unused_data) or self._file.read(1):
            raise GzipFaultError("bytes stand behind its end")

    def _next(self) -> bytes:
        unpack = self._decompressor
        if unpack is None:
            return self._file.read(_PIECE)
        while not unpack.eof:
            data = self._file.read(_PIECE) if unpack.needs_input else b""
            if unpack.needs_input and not data:
                raise GzipFaultError("it ends too early")
            piece = self._decompressed(unpack, data)
            if piece:
                return piece
        return b""

    @staticmethod
    def _decompressed(unpack: _Decompressor, data: bytes) -> bytes:
        import lzma  # noqa: PLC0415 - old archives only

        try:
            return unpack.decompress(data, MOST_AT_ONCE)
        except (OSError, ValueError, lzma.LZMAError, EOFError) as error:
            raise GzipFaultError(f"it does not inflate: {error}") from None
