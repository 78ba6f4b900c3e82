"""Making room among kept files of upstreams, behind what is served, by one process of a data folder."""

import contextlib
import logging
import os
import threading
from datetime import UTC, datetime

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.filesystem.file_locks import try_lock
from bodega.adapters.sql.blob_references import SqlReferences
from bodega.content.stored_bytes import StoredBlob
from bodega.formats.errors import BodegaError
from bodega.index.upstream.room import surplus
from bodega.messaging.unit_of_work import Begin, UnitOfWork

_PAUSE = 60.0
_log = logging.getLogger(__name__)


class MakingRoom:
    """Looks every minute whether kept files are more than ``limit`` bytes, and lets go of the surplus."""

    def __init__(
        self, blobs: FolderBlobStore, references: SqlReferences, begin: Begin[UnitOfWork], limit: int
    ) -> None:
        self._blobs = blobs
        self._references = references
        self._begin = begin
        self._limit = limit
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="making-room", daemon=True)

    def start(self) -> None:
        """Begin; the first look is taken at once."""
        self._thread.start()

    def stop(self) -> None:
        """End, after the look that is being taken."""
        self._ended.set()

    def look(self) -> int:
        """Look once; how many files went."""
        gone = 0
        for blob in surplus(self._blobs, self._references, self._limit, datetime.now(UTC)):
            # Inside a transaction no publication can begin to use the bytes; one may have done so before.
            with self._begin():
                gone += self._let_go(blob)
        if gone:
            _log.info("%d kept files of upstreams were let go, to keep at most %d bytes", gone, self._limit)
        return gone

    def _let_go(self, blob: StoredBlob) -> bool:
        """Unless it was asked for, or published, since its use was read."""
        if self._blobs.used(blob.digest) != blob.used or self._references.is_owned(blob.digest):
            return False
        self._blobs.delete(blob.digest)
        return True

    def _run(self) -> None:
        path = os.path.normpath(self._blobs.beside("../between/room.lock"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            while True:
                # Once ours, the lock stays ours until this process ends; the others look whether it has.
                if try_lock(descriptor):
                    with contextlib.suppress(BodegaError, OSError):
                        self.look()
                if self._ended.wait(_PAUSE):
                    return
        finally:
            os.close(descriptor)
