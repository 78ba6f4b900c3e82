"""The core metadata of every wheel: the upstream's, declared or not, else the wheel's own (PEP 658)."""

import hashlib
import logging
from dataclasses import replace
from typing import BinaryIO, cast

from bodega.content.blob_store import BlobNotFoundError, BlobStore
from bodega.content.wheel_archive import metadata_in
from bodega.formats.digests import Digest, sha256, sha256_of
from bodega.formats.errors import BodegaError
from bodega.formats.names import normalize
from bodega.formats.wheel_file import headers, wheel_name
from bodega.index.upstream.errors import UpstreamFileChangedError
from bodega.index.upstream.files import UpstreamFiles
from bodega.index.upstream.model import Refusal, SeenFile
from bodega.index.upstream.pages import UpstreamPages
from bodega.index.upstream.ports import UpstreamRecords, WheelMetadata
from bodega.index.upstream.ranged_file import STEP, RangedFile, RangesRefusedError
from bodega.index.upstream.single_flight import SingleFlight
from bodega.index.upstream.source import UpstreamSource
from bodega.index.upstream.turns import Turns
from bodega.messaging.clock import Clock

#: A wheel that is fetched whole as quickly as its end; in bytes.
_SMALL = 2 * STEP
_log = logging.getLogger(__name__)


class UpstreamMetadata:
    """Metadata documents of one upstream's wheels. Every method may be called from any thread."""

    def __init__(
        self, source: UpstreamSource, records: UpstreamRecords, blobs: BlobStore, *, documents: "Documents"
    ) -> None:
        self._source = source
        self._records = records
        self._blobs = blobs
        self._documents = documents
        self._flights: SingleFlight[str, Digest] = SingleFlight()
        documents.files.when_kept(self._compare)

    def kept(self, file: SeenFile) -> Digest | None:
        """The digest of the document's bytes, if they are here."""
        if file.metadata_sha256 is None:
            return None
        digest = sha256(file.metadata_sha256)
        try:
            self._blobs.size(digest)
        except BlobNotFoundError:
            return None
        return digest

    def of(self, file: SeenFile) -> Digest:
        """The digest of a wheel's document, which is here then; raises BodegaError."""
        return self.kept(file) or self._flights.do(f"{file.key}/{file.filename}", lambda: self._in_turn(file))

    def _in_turn(self, file: SeenFile) -> Digest:
        """Obtain it, unless another process did so meanwhile."""
        with self._documents.turns.take(f"metadata {self._source.url} {file.key}/{file.filename}"):
            now_known = self._records.file(file.key, file.filename) or file
            return self.kept(now_known) or self._obtain(now_known)

    def _obtain(self, file: SeenFile) -> Digest:
        # A wheel that is here speaks for itself, also when the upstream is silent.
        document = None
        if self._documents.files.kept(file) is None:
            document = self._offered(file) or self._from_its_end(file)
        if document is None:
            digest = self._documents.files.bytes_of(file)
            # Fetching the wheel may have taught its sha256.
            file = self._records.file(file.key, file.filename) or replace(file, sha256=digest.value)
            document = self._documents.read(digest, file.filename)
        with self._blobs.writer() as writer:
            writer.write(document)
            kept = writer.commit()
        if file.metadata_sha256 != kept.value:
            self._records.learn([replace(file, metadata_sha256=kept.value)])
        # The page may say now what the document does.
        self._documents.pages.note_changed(file.project)
        return kept

    def _from_its_end(self, file: SeenFile) -> bytes | None:
        """Read what describes the wheel out of it by ranges; ``None`` where it is better fetched whole."""
        if file.size is not None and file.size <= _SMALL:
            return None
        try:
            return metadata_in(cast("BinaryIO", RangedFile(self._source, file)), file.filename)
        except RangesRefusedError:
            return None

    def _offered(self, file: SeenFile) -> bytes | None:
        document = self._source.metadata(file)
        if document is None:
            return None
        if file.metadata_sha256 is None:
            return document if describes(document, file.filename) else None
        got = hashlib.sha256(document).hexdigest()
        if got != file.metadata_sha256:
            expected = f"sha256:{file.metadata_sha256}"
            raise UpstreamFileChangedError(
                f"{file.filename}.metadata", expected=expected, got=f"sha256:{got}"
            )
        return document

    def _compare(self, file: SeenFile, digest: Digest) -> None:
        """A wheel has arrived: a document that is not its own is refused, its own takes the place."""
        if not file.is_wheel or file.metadata_sha256 is None:
            return
        try:
            document = self._documents.read(digest, file.filename)
        except BodegaError as error:
            _log.warning("the metadata of %s cannot be read: %s", file.filename, error.why or error.what)
            return
        own = sha256_of(document).value
        if own == file.metadata_sha256:
            return
        _log.error("refused from upstream: %s.metadata is not the wheel's own", file.filename)
        with self._blobs.writer() as writer:
            writer.write(document)
            writer.commit()
        reason = f"its .metadata is sha256:{file.metadata_sha256}, the wheel's own is sha256:{own}"
        refusal = Refusal(
            project=file.project, filename=file.filename, reason=reason, at=self._documents.clock()
        )
        self._records.refuse([refusal])
        self._records.learn([replace(file, metadata_sha256=own)])
        self._documents.pages.note_changed(file.project)


class Documents:
    """Where documents come from when the upstream has none, and who wants to know of new ones."""

    def __init__(
        self, files: UpstreamFiles, pages: UpstreamPages, read: WheelMetadata, *, clock: Clock, turns: Turns
    ) -> None:
        self.files = files
        self.pages = pages
        self.read = read
        self.clock = clock
        self.turns = turns


def describes(document: bytes, filename: str) -> bool:
    """Whether the document is core metadata of the wheel's project, not a page that says something else."""
    named = wheel_name(filename)
    if named is None or not document.lstrip().startswith(b"Metadata-Version:"):
        return False
    for name, value in headers(document.decode("utf-8", "replace")):
        if name == "name":
            return normalize(value.strip()) == named.name
    return False
