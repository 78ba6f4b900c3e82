"""Carrying a flight out: fetch, check, keep.

The last piece is held back until the hash of the whole is right, so that wrong bytes never look complete.
A connection that is cut goes on where it stopped, and so does a part that a killed process left.
"""

import hashlib
import logging
import time
from dataclasses import replace

from bodega.content.blob_store import BlobMismatchError
from bodega.formats.digests import Digest, sha256
from bodega.index.upstream.errors import (
    PartUselessError,
    UpstreamAnswerError,
    UpstreamFileChangedError,
    UpstreamFileTooLargeError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import SeenFile
from bodega.index.upstream.parts import Part
from bodega.index.upstream.source import UpstreamSource, validator_of
from bodega.simple_api.transport import Answer, IndexUnreachableError, TruncatedDownloadError

MOST_FILE_BYTES = 20 << 30
_PIECE = 256 << 10
#: Tries without a single new byte before a download is given up, and the pause before the first of them.
_TRIES = 5
_PAUSE = 0.1
_LONGEST_PAUSE = 10.0
_PARTIAL, _NO_SUCH_RANGE = 206, 416
_log = logging.getLogger(__name__)


class Download:
    """Makes a part grow until it is the file."""

    def __init__(self, flight: Flight, source: UpstreamSource, part: Part, *, pause: float = _PAUSE) -> None:
        self._flight = flight
        self._source = source
        self._part = part
        self._pause = pause
        self._validator = part.state.validator
        self._proof = Proof(flight.file)
        #: Bytes that were here before: of an earlier process, whose end nobody saw.
        self._found = 0

    def run(self) -> SeenFile:
        """Fetch, check and keep; gives the file with what was learned. Raises BodegaError."""
        self._take_over()
        if self._flight.size is None or self._part.size < self._flight.size:
            self._receive()
        digest = self._checked()
        try:
            self._part.commit(digest)
        except BlobMismatchError as error:
            raise self._changed(str(error.got)) from None
        return replace(self._flight.file, sha256=digest.value, size=self._part.size)

    def _take_over(self) -> None:
        """Go on with what is there, where it can be told that it belongs to the same file."""
        is_short = self._flight.size is None or self._part.size <= self._flight.size
        if self._part.size and not (self._can_be_told_apart() and is_short):
            if self._flight.path is not None:
                raise PartUselessError(self._flight.file.filename, "it was begun by another process")
            self._part.restart()
            self._validator = ""
        self._found = self._part.size
        self._flight.path = self._part.path()
        for start in range(0, self._found, _PIECE):
            self._proof.add(self._part.read(start, _PIECE))
        if self._flight.size is None:
            self._flight.size = self._part.state.size if self._found else None
        self._publish(self._part.size, held_back=min(_PIECE, self._part.size))

    def _can_be_told_apart(self) -> bool:
        """Whether bytes of another state of the file would be noticed."""
        file = self._flight.file
        return bool(self._validator or file.declared or file.sha256)

    def _receive(self) -> None:
        tries = 0
        while True:
            before = self._part.size
            start = before if self._can_be_told_apart() else 0
            try:
                with self._source.file(self._flight.file, start=start, validator=self._validator) as answer:
                    self._take(answer)
            except (TruncatedDownloadError, IndexUnreachableError, UpstreamUnavailableError) as error:
                tries = 1 if self._part.size > before else tries + 1
                if tries >= _TRIES:
                    raise UpstreamUnavailableError(
                        self._flight.file.filename, error.why or error.what
                    ) from error
                time.sleep(self._pause_after(error, tries))
                _log.info(
                    "%s goes on at byte %d: %s", self._flight.file.filename, self._part.size, error.what
                )
            else:
                return

    def _pause_after(self, error: Exception, tries: int) -> float:
        asked_for = error.retry_after if isinstance(error, UpstreamUnavailableError) else None
        pause: float = self._pause * 2**tries
        return max(pause, min(asked_for or 0.0, _LONGEST_PAUSE))

    def _take(self, answer: Answer) -> None:
        known = 0
        if answer.status == _PARTIAL:
            self._expect_continuation(answer)
        elif answer.status == _NO_SUCH_RANGE:
            raise self._not_the_same("the upstream has no bytes from there on")
        else:
            # It gives the whole again: what we have must be the same, and the hash of the whole decides.
            known = self._part.size
            self._announce(answer.headers.get("content-length"))
            self._validator = validator_of(answer)
        at = 0
        for piece in answer.pieces(_PIECE):
            again, fresh = piece[: max(0, known - at)], piece[max(0, known - at) :]
            if again and self._part.read(at, len(again)) != again:
                raise self._not_the_same("the upstream gave other bytes than before")
            at += len(piece)
            if fresh:
                self._part.write(fresh)
                self._proof.add(fresh)
                self._publish(self._part.size, held_back=len(fresh))

    def _publish(self, received: int, *, held_back: int) -> None:
        limit = self._flight.size if self._flight.size is not None else MOST_FILE_BYTES
        if received > limit:
            if self._flight.size is None:
                raise UpstreamFileTooLargeError(self._flight.file.filename, limit)
            raise self._changed(f"more than {limit} bytes", expected=f"{limit} bytes")
        self._flight.published = max(self._flight.published, received - held_back)
        self._tell()

    def _tell(self) -> None:
        state = self._part.state
        flight = self._flight
        self._part.tell(
            replace(state, size=flight.size, published=flight.published, validator=self._validator)
        )
        flight.move()

    def _announce(self, length: str | None) -> None:
        if length is None or not (length.isascii() and length.isdecimal()):
            return
        announced = int(length)
        if announced > MOST_FILE_BYTES:
            raise UpstreamFileTooLargeError(self._flight.file.filename, MOST_FILE_BYTES)
        if self._flight.size is not None and announced != self._flight.size:
            raise self._changed(f"{announced} bytes", expected=f"{self._flight.size} bytes")
        self._flight.size = announced
        self._tell()

    def _expect_continuation(self, answer: Answer) -> None:
        start, size = self._part.size, self._flight.size
        given = answer.headers.get("content-range", "")
        span, _, whole = given.partition("/")
        if not span.startswith(f"bytes {start}-"):
            raise UpstreamAnswerError(
                self._flight.file.filename, f"asked for bytes from {start} on, it gave {given[:80]!r}"
            )
        if size is not None and whole.strip().isdecimal() and int(whole) != size:
            raise self._not_the_same(f"it has {whole.strip()} bytes now, and had {size}")

    def _checked(self) -> Digest:
        got = self._part.digest()
        size = self._flight.size
        if size is not None and self._part.size != size:
            raise self._changed(f"{self._part.size} bytes", expected=f"{size} bytes")
        try:
            self._proof.check(got)
        except UpstreamFileChangedError as error:
            raise self._not_the_same(error.why or error.what, otherwise=error) from None
        expected = self._flight.file.sha256
        return sha256(expected) if expected else got

    def _changed(self, got: str, *, expected: str | None = None) -> UpstreamFileChangedError:
        file = self._flight.file
        promised = expected or f"sha256:{file.sha256}"
        return UpstreamFileChangedError(file.filename, expected=promised, got=got)

    def _not_the_same(
        self, reason: str, *, otherwise: UpstreamFileChangedError | None = None
    ) -> UpstreamFileChangedError | PartUselessError:
        """What does not fit together: the upstream's fault, unless it may be that of what was found here."""
        if self._found:
            return PartUselessError(self._flight.file.filename, reason)
        return otherwise or self._changed(reason, expected="the bytes that it began with")


class Proof:
    """The digest that the upstream promised, when it is not the sha256 that the store computes anyway."""

    def __init__(self, file: SeenFile) -> None:
        self._file = file
        algorithm, _, self._value = (file.declared or "").partition(":")
        self._hash = hashlib.new(algorithm) if algorithm and not file.sha256 else None

    def add(self, data: bytes) -> None:
        """Take the next bytes."""
        if self._hash is not None:
            self._hash.update(data)

    def check(self, sha256_of_all: Digest) -> None:
        """Raises UpstreamFileChangedError unless the bytes are those promised."""
        expected = f"sha256:{self._file.sha256}" if self._file.sha256 else ""
        got = str(sha256_of_all)
        if self._hash is not None:
            expected, got = self._file.declared or "", f"{self._hash.name}:{self._hash.hexdigest()}"
        if expected and expected != got:
            raise UpstreamFileChangedError(self._file.filename, expected=expected, got=got)
