"""The METADATA of a wheel that stays where it is, read out of its end by few bounded ranges (RFC 9110)."""

from typing import BinaryIO, cast

from bodega.content.wheel_archive import metadata_in
from bodega.content.wheel_errors import WheelError
from bodega.formats.errors import BodegaError
from bodega.installer.indexes.downloadable import Downloadable
from bodega.simple_api.byte_ranges import (
    PARTIAL,
    RangeAnswerError,
    content_range,
    is_multipart,
    parts,
    range_header,
)
from bodega.simple_api.transport import Answer, Transport

#: What is asked for at once, at least: the end of most wheels holds all that describes them, and their
#: directory is looked for in the last 65,633 bytes.
STEP = 80 << 10
_MOST_BYTES = 8 << 20
_MOST_REQUESTS = 6


def far_metadata(transport: Transport, file: Downloadable) -> bytes | None:
    """The document; ``None`` where the index answers no ranges, or the wheel is better fetched whole."""
    if file.size is not None and file.size <= STEP:
        return None
    try:
        return metadata_in(cast("BinaryIO", _FarFile(transport, file)), file.filename)
    except (WheelError, RangeAnswerError, BodegaError):
        return None  # fetching it whole tells what is wrong, if anything is


class _FarFile:
    """What reading a zip archive needs of a binary file: ``seek``, ``tell``, ``read``."""

    def __init__(self, transport: Transport, file: Downloadable) -> None:
        self._transport = transport
        self._file = file
        self._size = file.size
        self._at = 0
        self._pieces: list[tuple[int, bytes]] = []
        self._validator = ""
        self._asked = self._got = 0
        asked = f"bytes=-{STEP}" if self._size is None else range_header([(self._size - STEP, self._size)])
        self._fetch(asked)

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to an offset from the beginning, or (``whence`` 2) from the end."""
        self._at = offset + (self._size or 0 if whence else 0)
        return self._at

    def tell(self) -> int:
        """Where the next byte is read."""
        return self._at

    def read(self, length: int = -1, /) -> bytes:
        """So many bytes from here on, fewer at the end."""
        size = self._size or 0
        end = size if length < 0 else min(size, self._at + length)
        if end <= self._at:
            return b""
        found = self._known(self._at, end)
        if found is None:
            self._fetch(range_header([(self._at, min(size, max(end, self._at + STEP)))]))
            found = self._known(self._at, end)
        if found is None:
            raise RangeAnswerError("it is another place")
        self._at = end
        return found

    def _known(self, start: int, end: int) -> bytes | None:
        for offset, piece in self._pieces:
            if offset <= start and end <= offset + len(piece):
                return piece[start - offset : end - offset]
        return None

    def _fetch(self, ranges: str) -> None:
        self._asked += 1
        if self._asked > _MOST_REQUESTS:
            raise RangeAnswerError("what describes the wheel is strewn over it")
        headers = {"Accept-Encoding": "identity", "Range": ranges}
        if self._validator:
            headers["If-Range"] = self._validator
        with self._transport.get(self._file.url, headers) as answer:
            self._keep(answer)

    def _keep(self, answer: Answer) -> None:
        if answer.status != PARTIAL or is_multipart(answer):
            raise RangeAnswerError("it is not the range that was asked for")
        place = content_range(answer.headers)
        self._got += place.end - place.start
        if self._size not in (None, place.size) or self._got > _MOST_BYTES:
            raise RangeAnswerError("it is another file, or very much of it")
        self._size = place.size
        etag = answer.headers.get("etag", "")
        self._validator = "" if etag.startswith("W/") else etag
        for _, pieces in parts(answer, answer.pieces()):
            content = bytearray()
            for piece in pieces:
                content += piece
                if len(content) > place.end - place.start:
                    raise RangeAnswerError("it is longer than it says")
            self._pieces.append((place.start, bytes(content)))
