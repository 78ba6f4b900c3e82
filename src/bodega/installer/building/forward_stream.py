"""A compressed stream as a file that is read forward once, bounded: bzip2, xz, or none (PEP 721's care)."""

from typing import BinaryIO, Protocol

from bodega.content.gzip_stream import MOST_AT_ONCE, ForwardStream, GzipFaultError, InflatedStream

_PIECE = 1 << 16
#: xz asks for as much memory as its header says; no source distribution needs more.
_MOST_MEMORY = 256 << 20


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


class _Unpacked(ForwardStream):
    """As ``InflatedStream``, for other codings."""

    def __init__(self, file: BinaryIO, decompressor: _Decompressor | None, limit: int) -> None:
        super().__init__(file, limit)
        self._decompressor = decompressor

    def _piece(self) -> bytes:
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

    def _unused(self) -> bytes:
        return self._decompressor.unused_data if self._decompressor is not None else b""

    @staticmethod
    def _decompressed(unpack: _Decompressor, data: bytes) -> bytes:
        import lzma  # noqa: PLC0415 - old archives only

        try:
            return unpack.decompress(data, MOST_AT_ONCE)
        except (OSError, ValueError, lzma.LZMAError, EOFError) as error:
            raise GzipFaultError(f"it does not inflate: {error}") from None
