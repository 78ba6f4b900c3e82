"""Kept bytes as an answer: ETag, ranges, back pressure (RFC 9110)."""

import asyncio
import contextlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass

from bodega.content.blob_store import BlobNotFoundError, BlobStore
from bodega.formats.digests import Digest
from bodega.web.conditions import Span, UnsatisfiableRangeError, is_unmodified, span_of
from bodega.web.internal_places import HEADER, InternalPlaces
from bodega.web.request import BrokenOffError, FileBody, Headers, Reply, Request

PIECE = 256 << 10
#: Up to this size the bytes themselves are remembered; above, where they lie.
_IN_MEMORY = 8 << 10
_IMMUTABLE = b"max-age=31536000, immutable"
_REVALIDATED = b"max-age=0"


def content_headers(request: Request, etag: str, kind: bytes, size: int | None, *, is_fixed: bool) -> Headers:
    """The headers of a file; ``is_fixed``: its URL means these bytes for ever.

    ``etag`` is without quotes, empty while the digest is not known.
    """
    audience = b"private, " if request.is_private else b"public, "
    headers = [
        (b"content-type", kind),
        (b"accept-ranges", b"bytes"),
        (b"cache-control", audience + (_IMMUTABLE if is_fixed else _REVALIDATED)),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"sandbox; default-src 'none'"),
        *request.shared,
    ]
    if etag:
        headers.append((b"etag", b'"%s"' % etag.encode("ascii")))
    if size is not None:
        headers.append((b"content-length", b"%d" % size))
    return headers


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be sent: kept bytes, of which type, and whether the URL means them for ever.

    With ``places``, a proxy before us sends them.
    """

    blobs: BlobStore
    digest: Digest
    kind: bytes
    is_fixed: bool
    places: InternalPlaces | None = None


def content_range(span: Span, size: int) -> tuple[bytes, bytes]:
    """The header that says which part of how much is sent."""
    return b"content-range", b"bytes %d-%d/%d" % (span.start, span.end - 1, size)


async def send_no_such_range(reply: Reply, size: int) -> None:
    """Answer that the file has no such bytes."""
    headers = [(b"content-range", b"bytes */%d" % size), (b"content-type", b"text/plain; charset=utf-8")]
    await reply.whole(416, headers, b"the file has no such bytes\n")


async def send_blob(request: Request, reply: Reply, content: Content) -> None:
    """Answer with a blob, or with the part of it that was asked for. Raises BlobNotFoundError."""
    place = content.places.of(content.blobs.path(content.digest)) if content.places is not None else None
    if place is not None:
        await _send_place(request, reply, content, place)
        return
    source = _Source(content.blobs, content.digest)
    try:
        if source.size <= PIECE and request.method == "GET":
            await _send_small(request, reply, content, source)
        else:
            await _send(request, reply, content, source)
    finally:
        source.close()


async def _send_place(request: Request, reply: Reply, content: Content, place: bytes) -> None:
    """Say where the proxy finds it; parts of it are the proxy's to cut."""
    headers = content_headers(request, content.digest.value, content.kind, None, is_fixed=content.is_fixed)
    if is_unmodified(request.headers.get("if-none-match"), f'"{content.digest.value}"'):
        await reply.empty(304, headers)
        return
    headers.append((HEADER, place))
    await reply.whole(200, headers, b"")


async def _send_small(request: Request, reply: Reply, content: Content, source: "_Source") -> None:
    """Read it whole, so that it may be given again, whatever is wanted of it now."""
    body = source.piece(0, source.size)
    headers = content_headers(request, content.digest.value, content.kind, None, is_fixed=content.is_fixed)
    kept = body if source.path is None or source.size <= _IN_MEMORY else FileBody(source.path, source.size)
    request.may_be_repeated(headers, kept, seconds=math.inf)
    if "range" in request.headers or "if-none-match" in request.headers:
        await _send(request, reply, content, source)
    else:
        await reply.whole(200, headers, body)


async def _send(request: Request, reply: Reply, content: Content, source: "_Source") -> None:
    """Send what is wanted: nothing that the reader has, one part, or all."""
    digest, kind, is_fixed, size = content.digest, content.kind, content.is_fixed, source.size
    etag = f'"{digest.value}"'
    if is_unmodified(request.headers.get("if-none-match"), etag):
        await reply.empty(304, content_headers(request, digest.value, kind, None, is_fixed=is_fixed))
        return
    try:
        span = span_of(request.headers.get("range"), request.headers.get("if-range"), etag, size=size)
    except UnsatisfiableRangeError:
        await send_no_such_range(reply, size)
        return
    part = span or Span(0, size)
    headers = content_headers(request, digest.value, kind, part.end - part.start, is_fixed=is_fixed)
    if span is not None:
        headers.append(content_range(span, size))
    await reply.begin(200 if span is None else 206, headers)
    if request.method == "HEAD":
        await reply.write(b"", more=False)
    else:
        await _stream(request, reply, source, part)


async def _stream(request: Request, reply: Reply, source: "_Source", part: Span) -> None:
    position = part.start
    with gone(request, part.end - part.start) as reader_is_gone:
        while position < part.end and not reader_is_gone():
            piece = source.piece(position, min(PIECE, part.end - position))
            if not piece:
                raise BrokenOffError
            position += len(piece)
            await reply.write(piece, more=position < part.end)
            if position < part.end:
                await fairness()
    if part.start == part.end:
        await reply.write(b"", more=False)


async def fairness() -> None:
    """Let others have their turn: a reader as fast as the disk would otherwise never give the loop away."""
    await asyncio.sleep(0)


class _Source:
    """A blob opened for reading: by its file where there is one, else by the store."""

    def __init__(self, blobs: BlobStore, digest: Digest) -> None:
        self._blobs = blobs
        self._digest = digest
        self._descriptor: int | None = None
        self.path = blobs.path(digest)
        if self.path is None:
            self.size = blobs.size(digest)
            return
        try:
            self._descriptor = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise BlobNotFoundError(digest) from None
        self.size = os.fstat(self._descriptor).st_size

    def piece(self, start: int, length: int) -> bytes:
        if self._descriptor is not None:
            return os.pread(self._descriptor, length, start)
        return b"".join(self._blobs.read(self._digest, start, start + length))

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class _Reader:
    """Whether the reader of a long answer has gone away."""

    def __init__(self, request: Request) -> None:
        self._waiting = asyncio.ensure_future(_until_gone(request))

    def __call__(self) -> bool:
        return self._waiting.done()

    def end(self) -> None:
        self._waiting.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


@contextlib.contextmanager
def gone(request: Request, length: int | None) -> Iterator["_Reader | _Short"]:
    """Watch for the reader going away, where the answer is long enough for that to matter."""
    if length is not None and length <= PIECE:
        yield _Short()
        return
    reader = _Reader(request)
    try:
        yield reader
    finally:
        reader.end()


class _Short:
    """An answer that is over before anybody can go away."""

    def __call__(self) -> bool:
        return False
