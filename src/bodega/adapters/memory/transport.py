"""A transport without a network: answers by URL, and a list of what was asked."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from bodega.simple_api.transport import (
    NO_HEADERS,
    AnswerTooLargeError,
    IndexUnreachableError,
    TruncatedDownloadError,
)

_GZIP = 31


@dataclass(slots=True)
class MemoryAnswer:
    """An answer given from memory. ``cut`` ends the body after so many bytes, as a broken connection does."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    url: str = ""
    cut: int | None = None

    def read(self, limit: int) -> bytes:
        """The whole body, content-decoded."""
        body = b"".join(self.pieces())
        if self.headers.get("content-encoding") == "gzip":
            body = zlib.decompressobj(_GZIP).decompress(body, limit + 1)
        if len(body) > limit:
            raise AnswerTooLargeError(self.url, limit)
        return body

    def pieces(self, size: int = 65536) -> Iterator[bytes]:
        """The body in pieces."""
        end = len(self.body) if self.cut is None else self.cut
        for start in range(0, end, size):
            yield self.body[start : min(start + size, end)]
        if self.cut is not None:
            raise TruncatedDownloadError(self.url, got=self.cut, expected=len(self.body))


#: Makes the answer to a request from its headers.
Responder = Callable[[Mapping[str, str]], MemoryAnswer]


class MemoryTransport:
    """Implements ``simple_api.transport.Transport``. URLs without an answer are not found (404).

    While ``reachable`` is false every request fails as an index that is down does.
    """

    def __init__(self, answers: Mapping[str, MemoryAnswer | Responder] | None = None) -> None:
        self.answers: dict[str, MemoryAnswer | Responder] = dict(answers or {})
        self.asked: list[tuple[str, Mapping[str, str]]] = []
        self.reachable = True

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> Iterator[MemoryAnswer]:
        """Answer from memory."""
        self.asked.append((url, headers))
        if not self.reachable:
            raise IndexUnreachableError(url, "connection refused")
        found = self.answers.get(url, MemoryAnswer(status=404))
        answer = found if isinstance(found, MemoryAnswer) else found(headers)
        answer.url = answer.url or url
        yield answer

    def close(self) -> None:
        """Nothing is kept open."""
