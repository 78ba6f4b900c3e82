"""One download of an upstream's file, which any number of readers follow while it grows.

The last piece is held back until the hash of the whole is right, so that wrong bytes never look complete.
A connection that is cut goes on where it stopped.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from bodega.content.blob_store import BlobMismatchError, BlobStore, BlobWriter
from bodega.formats.digests import Digest, sha256
from bodega.formats.errors import BodegaError
from bodega.index.upstream.errors import (
    UpstreamAnswerError,
    UpstreamFileChangedError,
    UpstreamFileTooLargeError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.source import UpstreamSource
from bodega.simple_api.transport import Answer, IndexUnreachableError, TruncatedDownloadError

MOST_FILE_BYTES = 20 << 30
_PIECE = 256 << 10
#: Tries without a single new byte before a download is given up, and the pause before the first of them.
_TRIES = 5
_PAUSE = 0.1
_PARTIAL = 206
_log = logging.getLogger(__name__)

#: Told that the flight has moved; called from the download's thread, must not block.
Listener = Callable[[], None]


class Flight:
    """A download under way. Its attributes may be read from any thread.

    ``size`` is the file's, once known. ``published`` is how many bytes may be read from ``path``.
    ``digest`` is set when the file is kept, ``error`` when it will not be.
    """

    def __init__(self, file: SeenFile) -> None:
        self.file = file
        self.size = file.size
        self.published = 0
        self.path: str | None = None
        self.digest: Digest | None = None
        self.error: BodegaError | None = None
        self.ended = threading.Event()
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> None:
        """Call the listener at each move from now on, and once at once."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        listener()

    def leave(self, listener: Listener) -> None:
        """Stop calling it."""
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

    def wait(self) -> Digest:
        """Block until the file is kept; raises what went wrong."""
        self.ended.wait()
        if self.error is not None:
            raise self.error
        assert self.digest is not None  # noqa: S101 - one of both is set when a flight has ended
        return self.digest

    def move(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()


class Download:
    """Carries out a flight."""

    def __init__(
        self, flight: Flight, source: UpstreamSource, blobs: BlobStore, *, pause: float = _PAUSE
    ) -> None:
        self._pause = pause
        self._flight = flight
        self._source = source
        self._blobs = blobs
        self._etag = ""
        self._proof = _Proof(flight.file)

    def run(self) -> SeenFile:
        """Fetch, check and keep; gives the file with what was learned. Raises BodegaError."""
        with self._blobs.writer() as writer:
            self._flight.path = writer.path()
            self._receive(writer)
            digest = self._checked(writer)
            try:
                writer.commit(digest)
            except BlobMismatchError as error:
                raise self._changed(str(error.got)) from None
            return replace(self._flight.file, sha256=digest.value, size=writer.size)

    def _receive(self, writer: BlobWriter) -> None:
        tries = 0
        while True:
            before = writer.size
            try:
                with self._source.file(self._flight.file, start=before, etag=self._etag) as answer:
                    self._take(answer, writer)
            except (TruncatedDownloadError, IndexUnreachableError, UpstreamUnavailableError) as error:
                tries = 1 if writer.size > before else tries + 1
                if tries >= _TRIES:
                    raise UpstreamUnavailableError(
                        self._flight.file.filename, error.why or error.what
                    ) from error
                time.sleep(self._pause * 2**tries)
                _log.info("%s goes on at byte %d: %s", self._flight.file.filename, writer.size, error.what)
            else:
                return

    def _take(self, answer: Answer, writer: BlobWriter) -> None:
        skip = 0
        if answer.status == _PARTIAL:
            self._expect_continuation(answer, writer.size)
        else:
            # It gives the whole again: what we have is skipped, and the hash of the whole decides.
            skip = writer.size
            self._announce(answer.headers.get("content-length"))
            self._etag = answer.headers.get("etag", "")
        for piece in answer.pieces(_PIECE):
            fresh = piece[skip:]
            skip = max(0, skip - len(piece))
            if fresh:
                writer.write(fresh)
                self._proof.add(fresh)
                self._publish(writer.size, held_back=len(fresh))

    def _publish(self, received: int, *, held_back: int) -> None:
        limit = self._flight.size if self._flight.size is not None else MOST_FILE_BYTES
        if received > limit:
            if self._flight.size is None:
                raise UpstreamFileTooLargeError(self._flight.file.filename, limit)
            raise self._changed(f"more than {limit} bytes", expected=f"{limit} bytes")
        self._flight.published = received - held_back
        self._flight.move()

    def _announce(self, length: str | None) -> None:
        if length is None or not (length.isascii() and length.isdecimal()):
            return
        announced = int(length)
        if announced > MOST_FILE_BYTES:
            raise UpstreamFileTooLargeError(self._flight.file.filename, MOST_FILE_BYTES)
        if self._flight.size is not None and announced != self._flight.size:
            raise self._changed(f"{announced} bytes", expected=f"{self._flight.size} bytes")
        self._flight.size = announced
        self._flight.move()

    def _expect_continuation(self, answer: Answer, start: int) -> None:
        given = answer.headers.get("content-range", "")
        if not given.startswith(f"bytes {start}-"):
            raise UpstreamAnswerError(
                self._flight.file.filename, f"asked for bytes from {start} on, it gave {given[:80]!r}"
            )

    def _checked(self, writer: BlobWriter) -> Digest:
        got = writer.digest()
        size = self._flight.size
        if size is not None and writer.size != size:
            raise self._changed(f"{writer.size} bytes", expected=f"{size} bytes")
        self._proof.check(got)
        expected = self._flight.file.sha256
        return sha256(expected) if expected else got

    def _changed(self, got: str, *, expected: str | None = None) -> UpstreamFileChangedError:
        file = self._flight.file
        promised = expected or f"sha256:{file.sha256}"
        return UpstreamFileChangedError(file.filename, expected=promised, got=got)


class _Proof:
    """The digest that the upstream promised, when it is not the sha256 that the store computes anyway."""

    def __init__(self, file: SeenFile) -> None:
        self._file = file
        algorithm, _, self._value = (file.declared or "").partition(":")
        self._hash = hashlib.new(algorithm) if algorithm and not file.sha256 else None

    def add(self, data: bytes) -> None:
        if self._hash is not None:
            self._hash.update(data)

    def check(self, sha256_of_all: Digest) -> None:
        expected = f"sha256:{self._file.sha256}" if self._file.sha256 else ""
        got = str(sha256_of_all)
        if self._hash is not None:
            expected, got = self._file.declared or "", f"{self._hash.name}:{self._hash.hexdigest()}"
        if expected and expected != got:
            raise UpstreamFileChangedError(self._file.filename, expected=expected, got=got)
