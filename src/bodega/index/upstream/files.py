"""Files read through: kept ones from the store, others by one download that all readers share."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from bodega.content.blob_store import BlobNotFoundError, BlobStore, StorageFullError
from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.index.upstream.download import Download
from bodega.index.upstream.errors import (
    UpstreamAnswerError,
    UpstreamFileChangedError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.flight import Flight
from bodega.index.upstream.model import Refusal, SeenFile
from bodega.index.upstream.parts import Part, Parts
from bodega.index.upstream.ports import UpstreamRecords
from bodega.index.upstream.relay import relay
from bodega.index.upstream.source import UpstreamSource
from bodega.messaging.clock import Clock

_log = logging.getLogger(__name__)


class UpstreamFiles:
    """The files of one upstream. Every method may be called from any thread."""

    def __init__(
        self,
        source: UpstreamSource,
        records: UpstreamRecords,
        kept: "KeptFiles",
        *,
        downloads: Executor,
        clock: Clock,
    ) -> None:
        self._source = source
        self._records = records
        self._blobs = kept.blobs
        self._parts = kept.parts
        self._downloads = downloads
        self._clock = clock
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}
        self._when_kept: Callable[[SeenFile, Digest], None] = _nothing
        self._when_learned: Callable[[NormalizedName], None] = _nothing

    def when_kept(self, act: Callable[[SeenFile, Digest], None]) -> None:
        """Call this, in the download's thread, for each file that was kept."""
        self._when_kept = act

    def when_learned(self, act: Callable[[NormalizedName], None]) -> None:
        """Call this, in the download's thread, for each project of which a file's digest became known."""
        self._when_learned = act

    def seen(self, key: str, filename: str) -> SeenFile | None:
        """The file of a URL, if the upstream was seen to have it."""
        return self._records.file(key, filename)

    def kept(self, file: SeenFile) -> Digest | None:
        """The digest of the file's bytes, if they are here."""
        digest = file.digest
        if digest is None:
            return None
        try:
            self._blobs.size(digest)
        except BlobNotFoundError:
            return None
        self._blobs.touch(digest)
        return digest

    def fetch(self, file: SeenFile) -> Flight:
        """The download of a file that is not here: the one under way, or a new one."""
        key = file.sha256 or f"{self._source.url} {file.project}/{file.filename}"
        with self._lock:
            flight = self._flights.get(key)
            if flight is not None:
                return flight
            flight = Flight(file)
            # One that ended since the caller looked has left the file here.
            flight.digest = self.kept(file)
            if flight.digest is not None:
                flight.ended.set()
                return flight
            self._flights[key] = flight
        self._downloads.submit(self._carry_out, key, flight)
        return flight

    def bytes_of(self, file: SeenFile) -> Digest:
        """Have the file here, waiting for it if need be; raises BodegaError."""
        return self.kept(file) or self.fetch(file).wait()

    def _carry_out(self, key: str, flight: Flight) -> None:
        try:
            while flight.digest is None and flight.error is None:
                self._fly(key, flight)
        except BodegaError as error:
            _log.warning("%s not fetched: %s (%s)", flight.file.filename, error.what, error.why)
            flight.error = error
        except Exception as error:  # noqa: BLE001 - readers must not wait for a flight that crashed
            _log.exception("%s not fetched", flight.file.filename)
            flight.error = UpstreamAnswerError(flight.file.filename, type(error).__name__)
        finally:
            with self._lock:
                del self._flights[key]
            flight.ended.set()
            flight.move()

    def _fly(self, key: str, flight: Flight) -> None:
        """Carry the download out, or follow the process that does; until the end, or until it is killed."""
        with self._parts.claim(key) as part:
            if part is not None:
                self._download(flight, part)
                return
        relay(flight, self._parts, key)

    def _download(self, flight: Flight, part: Part) -> None:
        # Another process may have ended it since the caller looked.
        now_known = self._records.file(flight.file.key, flight.file.filename) or flight.file
        flight.digest = self.kept(now_known)
        if flight.digest is not None:
            part.discard()
            return
        if flight.path is not None and flight.path != part.path():
            part.discard()
            raise UpstreamUnavailableError(flight.file.filename, "the download was begun anew")
        try:
            file = Download(flight, self._source, part).run()
            self._keep(file)
        except Exception as error:
            self._tell_failure(flight, part, error)
            raise
        part.tell(replace(part.state, digest=file.sha256))
        flight.digest = file.digest

    def _tell_failure(self, flight: Flight, part: Part, error: Exception) -> None:
        if isinstance(error, UpstreamFileChangedError):
            self._refuse(flight.file, error)
        told = error if isinstance(error, BodegaError) else UpstreamAnswerError(flight.file.filename, "")
        with suppress(StorageFullError):
            part.tell(replace(part.state, failure=(told.code, told.what, told.why or "")))
        # Only what was cut is worth going on with.
        if not isinstance(error, UpstreamUnavailableError):
            part.discard()

    def _keep(self, file: SeenFile) -> None:
        now_known = self._records.file(file.key, file.filename)
        if now_known != file:
            self._records.learn([file])
            if now_known is None or now_known.sha256 is None:
                self._when_learned(file.project)
        if file.digest is not None:
            self._when_kept(file, file.digest)

    def _refuse(self, file: SeenFile, error: UpstreamFileChangedError) -> None:
        _log.error("refused from upstream: %s (%s)", error.what, error.why)
        refusal = Refusal(
            project=file.project, filename=file.filename, reason=error.why or error.what, at=self._clock()
        )
        self._records.refuse([refusal])


class KeptFiles(NamedTuple):
    """Where files are kept, and where they grow."""

    blobs: BlobStore
    parts: Parts


def _nothing(*_: object) -> None:
    pass
