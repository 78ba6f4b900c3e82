"""Wiring of ``verify`` for an index: its database and stored bytes against each other, and repair."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.sql.blob_references import SqlReferences, database_faults
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.bootstrap.settings import Settings
from bodega.content.stored_bytes import ORPHAN_AGE, Finding, Pace, Reference, check_owned, check_stored
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.errors import BodegaError


class NoIndexToVerifyError(BodegaError):
    """The data folder holds no index."""

    code = "E-VERIFY-NO-INDEX"

    def __init__(self, path: str) -> None:
        super().__init__(f"there is no index in {path}", why="`bodega serve` or another command makes one")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What was found: ``kind`` is ``database`` or that of a ``Finding``; whether it was put right."""

    kind: str
    of: str
    why: str
    sha256: str | None = None
    is_repaired: bool = False


@dataclass(slots=True)
class Verified:
    """What was looked at so far."""

    files: int = 0
    kept: int = 0
    bytes: int = 0


#: Told how far a verification is.
Tell = Callable[[Verified], None]


def _nobody(_seen: Verified) -> None:
    """Nobody is told."""


def has_index(settings: Settings) -> bool:
    """Whether the data folder of the settings holds an index."""
    return bool(settings.text("database_url")) or os.path.exists(_database_path(settings))


class IndexVerification:
    """One look at an index, beside a running server or not."""

    def __init__(self, database: Database, blobs: FolderBlobStore, *, rate: int | None, tell: Tell) -> None:
        """``rate`` is the most bytes to read in a second; ``tell`` is told how far it is."""
        self._tell = tell
        self._database = database
        self._blobs = blobs
        self._begin = BeginWork(database)
        self._references = SqlReferences(database)
        self._pace = _paced(self._counted, rate)
        self.seen = Verified()

    def faults(self, *, repair: bool = False) -> Iterator[Fault]:
        """Everything that is wrong, as it is found; with ``repair`` what can be put right is."""
        broken = database_faults(self._database)
        for why in broken:
            yield Fault(kind="database", of=self._database.place, why=why)
        if broken:
            # What it says of files cannot be relied on.
            return
        for found in check_owned(self._references, self._blobs, self._pace):
            self.seen.files += isinstance(found, Finding) or found.part == "file"
            if isinstance(found, Finding):
                yield _fault(found, is_repaired=repair and self._mend(found.reference))
        now = datetime.now(UTC)
        for stored in check_stored(self._blobs, self._references, self._blobs, now=now, pace=self._pace):
            if isinstance(stored, Finding):
                yield _fault(stored, is_repaired=repair and self._remove(stored.digest, stored.kind))
            else:
                self.seen.kept += 1

    def _counted(self, length: int) -> None:
        self.seen.bytes += length
        self._tell(self.seen)

    def _mend(self, reference: Reference | None) -> bool:
        """Make lost core metadata again, of the wheel that it is of."""
        if reference is None or reference.part != "metadata":
            return False
        path = self._blobs.path(reference.file_digest)
        with suppress(BodegaError, OSError):
            document = read_metadata(path, reference.filename) if path else b""
            if sha256_of(document) == reference.digest:
                with self._blobs.writer() as writer:
                    writer.write(document)
                    writer.commit(reference.digest)
                return True
        return False

    def _remove(self, digest: Digest, kind: str) -> bool:
        """Remove bytes inside a transaction: no publication can begin to use them meanwhile."""
        with self._begin() as work:
            is_needed = self._references.is_owned(digest)
            if kind == "orphan":
                is_needed = work.catalog.uses(digest) or not self._is_old(digest)
            if not is_needed:
                self._blobs.delete(digest)
        return not is_needed

    def _is_old(self, digest: Digest) -> bool:
        # Looked at again: the same bytes may have come once more, on their way to a row.
        path = self._blobs.path(digest)
        return path is not None and time.time() - os.stat(path).st_mtime >= ORPHAN_AGE.total_seconds()


@contextmanager
def index_verification(
    settings: Settings, *, rate: int | None = None, tell: Tell = _nobody
) -> Iterator[IndexVerification]:
    """The verification of the index in the settings' data folder; raises NoIndexToVerifyError."""
    if not has_index(settings):
        raise NoIndexToVerifyError(settings.data)
    url = settings.text("database_url") or f"sqlite:///{_database_path(settings)}"
    database = Database(url)
    try:
        if not database_faults(database):
            migrate(database)
        blobs = FolderBlobStore(os.path.join(settings.data, "blobs"))
        yield IndexVerification(database, blobs, rate=rate, tell=tell)
    finally:
        database.close()


def _database_path(settings: Settings) -> str:
    return os.path.join(settings.data, "bodega.db")


def _fault(found: Finding, *, is_repaired: bool) -> Fault:
    return Fault(
        kind=found.kind, of=found.of, why=found.why, sha256=found.digest.value, is_repaired=is_repaired
    )


def _paced(count: Pace, rate: int | None) -> Pace:
    if rate is None:
        return count
    started, read = time.monotonic(), 0

    def wait(length: int) -> None:
        nonlocal read
        count(length)
        read += length
        early = read / rate - (time.monotonic() - started)
        if early > 0:
            time.sleep(early)

    return wait
