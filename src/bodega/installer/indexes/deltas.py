"""A wheel from an older one that is kept: its end is read by Range, then only what the old one has not.

The digest of the whole decides, so nothing is trusted that a plain download would not trust; and whatever
looks odd ends the attempt, so that a plain download follows. This works with any index that answers Range
(RFC 9110), one range at a time or several.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock
from typing import BinaryIO
from urllib.parse import urlsplit

from bodega.content.zip_delta import OldArchiveError, ZipDelta, end_length, write_kept, zip_delta
from bodega.content.zip_directory import ZipFaultError, directory_start, read_directory
from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.installer.indexes.downloadable import Downloadable, Progress
from bodega.simple_api.byte_ranges import (
    PARTIAL,
    RangeAnswerError,
    Span,
    content_range,
    is_multipart,
    merged,
    parts,
    range_header,
    without,
)
from bodega.simple_api.transport import Answer, Transport

#: A wheel of fewer bytes is there before the ranges of it are worked out.
SMALLEST = 128 << 10
#: More than this share of the wheel is not worth several requests.
WORTH = 0.8
#: What a connection is taken to carry, in bytes a second, to weigh a wait for an answer against bytes.
RATE = 4 << 20
_LEAST_WAIT, _MOST_WAIT = 4 << 10, 256 << 10
#: A range costs this much in the head of its part and the request, in bytes.
_PART_HEAD = 160
#: Servers refuse requests of very many ranges, or of very long lines.
_MOST_RANGES = 100
#: Bytes between two spans that are fetched along rather than asked around, however long a server takes.
_MOST_GAP = 8 << 10
#: So many requests for one range each are on their way together.
_AT_A_TIME = 4
_PIECE = 1 << 18


class Deltas:
    """Rebuilds wheels; remembers for the life of a command which servers answer what kind of ranges."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self.without_ranges: set[str] = set()
        self.without_several: set[str] = set()

    def rebuild(
        self, file: Downloadable, digest: Digest, *, old: str, path: str, progress: Progress
    ) -> int | None:
        """Make the file at ``path`` out of the wheel ``old`` and what has to be fetched; how long it is.

        ``None``: it did not work out, or is not worth it; the file at ``path`` then means nothing.
        """
        if urlsplit(file.url).netloc in self.without_ranges or (file.size or SMALLEST) < SMALLEST:
            return None
        try:
            with open(old, "rb", buffering=_PIECE) as kept, open(path, "w+b", buffering=_PIECE) as out:
                rebuilding = _Rebuilding(self, self._transport, file, progress)
                return rebuilding.size if rebuilding.into(kept, out, digest) else None
        except (BodegaError, RangeAnswerError, ZipFaultError, OldArchiveError, OSError, _NotWorthItError):
            return None


class _NotWorthItError(Exception):
    """A plain download is quicker, or the only way."""


class _Rebuilding:
    """One wheel on its way. ``size`` is known from the first answer on."""

    def __init__(self, deltas: Deltas, transport: Transport, file: Downloadable, progress: Progress) -> None:
        self.size = file.size or 0
        self._deltas = deltas
        self._transport = transport
        self._file = file
        self._progress = progress
        self._server = urlsplit(file.url).netloc
        self._validator = ""
        self._got = 0
        self._have: tuple[Span, ...] = ()
        self._lock = Lock()
        self._wait = _LEAST_WAIT

    def into(self, old: BinaryIO, out: BinaryIO, digest: Digest) -> bool:
        """Whether ``out`` is the wheel now."""
        self._fetch_end(end_length(old), out)
        start = directory_start(out)
        self._fetch(without([(start, self.size)], self._have), out)
        delta = zip_delta(old, read_directory(out))
        missing = self._worth_fetching(delta)
        write_kept(delta, old, out)
        self._fetch_cheaply(missing, out)
        if without(delta.missing, self._have):
            return False
        out.seek(0)
        hasher = hashlib.new(digest.algorithm)
        while piece := out.read(_PIECE):
            hasher.update(piece)
        return hasher.hexdigest() == digest.value

    def _fetch_end(self, likely: int, out: BinaryIO) -> None:
        """The last bytes, a little more than the old wheel's would be."""
        length = likely + likely // 8 + 1024
        if self.size and length > self.size * WORTH:
            raise _NotWorthItError
        asked = range_header([(max(0, self.size - length), self.size)]) if self.size else f"bytes=-{length}"
        started = time.monotonic()
        with self._asked(asked) as answer:
            waited = (time.monotonic() - started) * RATE
            self._wait = min(max(int(waited), _LEAST_WAIT), _MOST_WAIT)
            if answer.status == 200:  # noqa: PLR2004 - the status of a whole answer
                self._deltas.without_ranges.add(self._server)
            if answer.status != PARTIAL or is_multipart(answer):
                raise _NotWorthItError
            place = content_range(answer.headers)
            if self.size not in (0, place.size) or place.end != place.size:
                raise RangeAnswerError("it is another place, or another file")
            self.size = place.size
            etag = answer.headers.get("etag", "")
            self._validator = "" if etag.startswith("W/") else etag
            out.truncate(self.size)
            self._take(answer, out)

    def _worth_fetching(self, delta: ZipDelta) -> tuple[Span, ...]:
        missing = without(delta.missing, self._have)
        if not missing:
            return missing
        cheapest = min(self._cost(self._one_by_one(missing)), self._wait + self._cost_at_once(missing))
        if self._got + cheapest > self.size * WORTH:
            raise _NotWorthItError
        return missing

    def _fetch_cheaply(self, missing: Sequence[Span], out: BinaryIO) -> None:
        """Ask for several ranges at once where that saves waits, else for one after another."""
        one_by_one = self._one_by_one(missing)
        together = self._wait + self._cost_at_once(missing) < self._cost(one_by_one)
        if together and self._server not in self._deltas.without_several:
            self._fetch(self._at_once(missing), out)
            missing = without(missing, self._have)
            one_by_one = self._one_by_one(missing)
        if self._got + self._cost(one_by_one) > self.size * WORTH:
            raise _NotWorthItError
        if len(one_by_one) > 1:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - few deltas come to this

            with ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="range") as pool:
                list(pool.map(lambda span: self._fetch([span], out), one_by_one))
        else:
            self._fetch(one_by_one, out)

    def _one_by_one(self, missing: Sequence[Span]) -> tuple[Span, ...]:
        return merged(missing, min(self._wait // _AT_A_TIME, _MOST_GAP))

    def _cost(self, spans: Sequence[Span]) -> int:
        return sum(end - start + self._wait // _AT_A_TIME for start, end in spans)

    @staticmethod
    def _at_once(missing: Sequence[Span]) -> tuple[Span, ...]:
        gap = _PART_HEAD
        while len(spans := merged(missing, gap)) > _MOST_RANGES:
            gap *= 2
        return spans

    def _cost_at_once(self, missing: Sequence[Span]) -> int:
        if self._server in self._deltas.without_several:
            return self.size
        return sum(end - start + _PART_HEAD for start, end in self._at_once(missing))

    def _fetch(self, spans: Sequence[Span], out: BinaryIO) -> None:
        """Ask for spans, and keep what comes, wherever that is; no more than the wheel has bytes."""
        if not spans:
            return
        with self._asked(range_header(spans)) as answer:
            if answer.status == PARTIAL:
                self._take(answer, out)
            elif len(spans) == 1:
                raise _NotWorthItError
            if len(spans) > 1 and not is_multipart(answer):
                self._deltas.without_several.add(self._server)

    @contextmanager
    def _asked(self, ranges: str) -> Iterator[Answer]:
        headers = {"Accept-Encoding": "identity", "Range": ranges}
        if self._validator:
            headers["If-Range"] = self._validator
        with self._transport.get(self._file.url, headers) as answer:
            yield answer

    def _take(self, answer: Answer, out: BinaryIO) -> None:
        came: list[Span] = []
        for place, pieces in parts(answer, self._arriving(answer)):
            if place.size != self.size:
                raise RangeAnswerError("it is of another file")
            at = place.start
            for piece in pieces:
                if at + len(piece) > place.end:
                    raise RangeAnswerError("it is longer than it says")
                with self._lock:
                    out.seek(at)
                    out.write(piece)
                at += len(piece)
            if at != place.end:
                raise RangeAnswerError("it is shorter than it says")
            came.append((place.start, place.end))
        with self._lock:
            self._have = merged([*self._have, *came])

    def _arriving(self, answer: Answer) -> Iterator[bytes]:
        """What comes over the wire, counted: never more than the wheel itself."""
        for piece in answer.pieces(_PIECE):
            with self._lock:
                self._got += len(piece)
                too_much = self._got > self.size
            self._progress(len(piece))
            if too_much:
                raise RangeAnswerError("it is more than the whole wheel")
            yield piece
