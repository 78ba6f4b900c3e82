"""A file that is still upstream, read where it is looked at: by few and bounded ranges (RFC 9110)."""

from bodega.index.upstream.errors import UpstreamAnswerError
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.source import UpstreamSource

#: What is asked for at once, at least: in the end of most wheels is all that describes them, and a reader of
#: zip archives looks for their directory in the last 65,633 bytes.
STEP = 80 << 10
MOST_BYTES = 32 << 20
MOST_REQUESTS = 12


class RangesRefusedError(Exception):
    """The upstream gives files whole or not at all."""


class RangedFile:
    """What reading a zip archive needs of a binary file: ``seek``, ``read``, ``close``.

    ``size`` is in bytes, ``None`` until the first answer tells it. Raises RangesRefusedError,
    UpstreamError.
    """

    def __init__(self, source: UpstreamSource, file: SeenFile) -> None:
        self.size = file.size
        self._source = source
        self._file = file
        self._at = 0
        self._pieces: list[tuple[int, bytes]] = []
        self._validator = ""
        self._got = 0
        self._asked = 0
        start = max(0, file.size - STEP) if file.size is not None else None
        self._fetch(start, STEP)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset from the beginning, or (``whence`` 2) from the end."""
        if whence not in (0, 2):
            raise ValueError("a file far away has no place where one is")
        self._at = offset + (self.size or 0 if whence else 0)
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def read(self, length: int = -1, /) -> bytes:
        """So many bytes from here on, fewer at the end."""
        end = self.size or 0
        if length >= 0:
            end = min(end, self._at + length)
        if end <= self._at:
            return b""
        found = self._known(self._at, end)
        if found is None:
            self._fetch(self._at, max(end - self._at, STEP))
            found = self._known(self._at, end)
        if found is None:
            raise UpstreamAnswerError(self._file.filename, "a range of it was answered short")
        self._at = end
        return found

    def close(self) -> None:
        """Nothing is held open."""

    def _known(self, start: int, end: int) -> bytes | None:
        for offset, piece in self._pieces:
            if offset <= start and end <= offset + len(piece):
                return piece[start - offset : end - offset]
        return None

    def _fetch(self, start: int | None, length: int) -> None:
        self._asked += 1
        self._got += length
        if self._asked > MOST_REQUESTS or self._got > MOST_BYTES:
            raise UpstreamAnswerError(
                self._file.filename, "what describes it is strewn over more of it than is read"
            )
        answered = self._source.span(self._file, start, length, validator=self._validator)
        if answered is None:
            raise RangesRefusedError
        if self.size is not None and answered.size != self.size:
            reason = f"it has {answered.size} bytes, and {self.size} are promised"
            raise UpstreamAnswerError(self._file.filename, reason)
        self.size = answered.size
        self._validator = answered.validator
        self._pieces.append((answered.start, answered.content))
