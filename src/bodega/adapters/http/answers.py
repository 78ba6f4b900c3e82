"""An HTTP answer while it is read: bounded, decoded, and never shorter than announced."""

import http.client
import io
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Self

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.simple_api.transport import (
    AnswerTooLargeError,
    IndexUnreachableError,
    TruncatedDownloadError,
)

_PIECE = 65536
#: The most that is inflated in one step.
_INFLATED = 1 << 20
#: zlib's window bits for gzip and for zlib or raw deflate streams, by content coding.
_WINDOW_BITS = {"gzip": 31, "x-gzip": 31, "deflate": 15}


class HttpAnswer:
    """Implements ``simple_api.transport.Answer`` over an http.client response."""

    def __init__(
        self, response: http.client.HTTPResponse, url: str, *, configuration: HttpConfiguration
    ) -> None:
        self._response = response
        self._configuration = configuration
        self._expected = response.length
        self._got = 0
        self._started = time.monotonic()
        self._window = (self._started, 0)
        self.url = url
        self.status = response.status
        self.headers: Mapping[str, str] = _headers(response)

    def read(self, limit: int) -> bytes:
        """The whole body, content-decoded, at most ``limit`` bytes, within the configured patience."""
        # Decoded bytes are kept once: BytesIO hands its buffer over without copying it.
        body = io.BytesIO()
        decode = self._decoder(limit)
        for piece in self.pieces():
            for decoded in decode(piece):
                body.write(decoded)
                if body.tell() > limit:
                    raise AnswerTooLargeError(self.url, limit)
            self._watch_patience()
        return body.getvalue()

    def pieces(self, size: int = _PIECE) -> Iterator[bytes]:
        """The body as it arrives, not content-decoded."""
        while (wanted := self._wanted(size)) > 0:
            try:
                # read1 hands over what has arrived: a drip is seen as one, and pieces flow on at once.
                piece = self._response.read1(wanted)
            except http.client.IncompleteRead as error:
                raise self._truncated(len(error.partial)) from None
            except (OSError, http.client.HTTPException) as error:
                raise self._broken(error) from error
            if not piece:
                break
            self._got += len(piece)
            self._watch_rate()
            yield piece
        if self._expected is not None and self._got < self._expected:
            raise self._truncated(0)

    def is_finished(self) -> bool:
        """Whether the body was read to its end, so that the connection can serve another request."""
        whole = self._response.isclosed() if self._expected is None else self._got == self._expected
        return whole and not self._response.will_close

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._response.close()

    def _decoder(self, limit: int) -> Callable[[bytes], Iterator[bytes]]:
        coding = self.headers.get("content-encoding", "identity").lower().strip()
        if coding in ("", "identity"):
            return _identity
        if coding not in _WINDOW_BITS:
            raise IndexUnreachableError(self.url, f"the answer has the unknown content coding {coding!r}")
        return _Inflate(self.url, limit, window_bits=_WINDOW_BITS[coding])

    def _wanted(self, size: int) -> int:
        # Counted here, since http.client before 3.13 does not count what read1 took.
        return size if self._expected is None else min(size, self._expected - self._got)

    def _truncated(self, partial: int) -> TruncatedDownloadError | IndexUnreachableError:
        got = self._got + partial
        if self._expected is None:
            return IndexUnreachableError(self.url, f"the connection ended after {got} bytes")
        return TruncatedDownloadError(self.url, got=got, expected=self._expected)

    def _broken(self, error: Exception) -> TruncatedDownloadError | IndexUnreachableError:
        if self._expected is not None and self._got:
            return TruncatedDownloadError(self.url, got=self._got, expected=self._expected)
        return IndexUnreachableError(self.url, f"the connection broke: {str(error) or type(error).__name__}")

    def _watch_patience(self) -> None:
        patience = self._configuration.read_patience
        if time.monotonic() - self._started > patience:
            raise IndexUnreachableError(self.url, f"the answer took longer than {patience:.0f} seconds")

    def _watch_rate(self) -> None:
        since, got = self._window
        now = time.monotonic()
        if now - since < self._configuration.rate_window:
            return
        rate = (self._got - got) / (now - since)
        if rate < self._configuration.minimum_rate:
            raise IndexUnreachableError(self.url, f"the answer came at {rate:.0f} bytes a second")
        self._window = (now, self._got)


class _Inflate:
    """Inflate within a bound: a small answer must not become a large one in memory."""

    def __init__(self, url: str, limit: int, *, window_bits: int) -> None:
        self._url = url
        self._left = limit + 1
        self._limit = limit
        self._inflate = zlib.decompressobj(window_bits)

    def __call__(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            try:
                decoded = self._inflate.decompress(piece, min(self._left, _INFLATED))
            except zlib.error as error:
                raise IndexUnreachableError(self._url, f"the compressed answer is damaged: {error}") from None
            self._left -= len(decoded)
            if self._left <= 0:
                raise AnswerTooLargeError(self._url, self._limit)
            yield decoded
            piece = self._inflate.unconsumed_tail


def _identity(piece: bytes) -> Iterator[bytes]:
    yield piece


def _headers(response: http.client.HTTPResponse) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers
