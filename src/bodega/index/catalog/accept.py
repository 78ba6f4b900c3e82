"""``accept_upload``: where an upload becomes part of the catalogue, or is refused and leaves nothing."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from copy import copy
from dataclasses import dataclass, replace
from typing import Self

from bodega.content.blob_store import BlobNotFoundError, BlobStore, BlobWriter
from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.index.accounts.errors import AccountsError
from bodega.index.catalog.commands import PublishFile
from bodega.index.catalog.errors import CatalogError
from bodega.index.catalog.events import UploadRefused
from bodega.index.catalog.handlers import publish_file
from bodega.index.catalog.ports import CatalogWork
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.upload_rules import UploadRules
from bodega.index.catalog.uploads import STRICT, Publishable, examine
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin

#: Raises when whoever uploads may not do so to the project of that normalized name.
Permission = Callable[[str], None]
_LONGEST_SHOWN = 255


@dataclass(frozen=True, slots=True)
class Accepted:
    """An accepted upload; ``is_new`` is false where the same bytes were published before."""

    published: Publishable
    filename: str
    is_new: bool


class Acceptance:
    """Accepts uploads into one index."""

    def __init__(
        self,
        index: str,
        blobs: BlobStore,
        begin: Begin[CatalogWork],
        clock: Clock,
        *,
        rules: UploadRules = STRICT,
    ) -> None:
        self._index = index
        self._rules = rules
        self._blobs = blobs
        self._begin = begin
        self._clock = clock
        self._into_closed = False

    def into_closed(self) -> Self:
        """The same for files that exist long since, also into releases that take no new ones any more.

        It is for whoever runs the index.
        """
        changed = copy(self)
        changed._rules = replace(self._rules, is_new=False)  # noqa: SLF001 - of the same class
        changed._into_closed = True  # noqa: SLF001 - of the same class
        return changed

    def accept_upload(self, upload: Upload, writer: BlobWriter, *, by: str, may: Permission) -> Accepted:
        """Examine, then publish: bytes durable first, row, serial and event in one transaction after.

        ``writer`` holds the upload's bytes, uncommitted. Raises UploadRefusedError, ActionGoneError,
        FileAlreadyExistsError, ProjectClosedError, ReleaseClosedError, StorageFullError, and what ``may``
        raises; then nothing is kept but the fact that it was refused.
        """
        try:
            return self._accepted(upload, writer, by, may)
        except (CatalogError, AccountsError) as error:
            self._tell_of(upload, error, by)
            raise

    def _tell_of(self, upload: Upload, error: BodegaError, by: str) -> None:
        faults: Sequence[BodegaError] = getattr(error, "faults", ()) or (error,)
        refused = UploadRefused(
            subject=_shown(upload.field("name")),
            serial=0,
            at=self._clock(),
            index=self._index,
            filename=_shown(upload.filename),
            codes=tuple(dict.fromkeys(fault.code for fault in faults)),
            by=by,
        )
        # The refusal is what the uploader is told, whatever becomes of the note of it.
        with suppress(BodegaError), self._begin() as work:
            work.outbox.add(refused)

    def _accepted(self, upload: Upload, writer: BlobWriter, by: str, may: Permission) -> Accepted:
        found = examine(upload, self._rules)
        may(found.project.normalized)
        order = PublishFile(
            index=self._index,
            project=found.project,
            version=found.version,
            filename=upload.filename,
            kind=found.kind,
            digest=found.digest,
            size=upload.size,
            requires_python=found.requires_python,
            metadata=found.metadata_digest,
            provenance=found.provenance_digest,
            by=by,
            md5=upload.digests.get("md5"),
            blake2_256=upload.digests.get("blake2_256"),
            into_closed=self._into_closed,
        )
        with ExitStack() as open_writers:
            writers = [writer]
            for data in (found.metadata, found.provenance):
                if data is not None:
                    document = open_writers.enter_context(self._blobs.writer())
                    document.write(data)
                    writers.append(document)
            # Before the transaction, which then waits for little and lets others publish.
            for each in writers:
                each.settle()
            content = _UploadedBytes(self._blobs, writers)
            is_new = publish_file(order, self._begin, self._clock, content)
        return Accepted(found, upload.filename, is_new)


def _shown(text: str) -> str:
    """What somebody sent, as a record may hold it."""
    return (text if text.isprintable() else ascii(text))[:_LONGEST_SHOWN]


class _UploadedBytes:
    """Implements ``handlers.Bytes`` for a file, its core metadata and its provenance."""

    def __init__(self, store: BlobStore, writers: Sequence[BlobWriter]) -> None:
        self._store = store
        self._writers = writers
        self._brought: list[Digest] = []

    def keep(self) -> None:
        """Make them visible, durably."""
        digests = [writer.digest() for writer in self._writers]
        self._brought = [digest for digest in digests if not self._is_there(digest)]
        # Committed also where they are there already: another's commit may not be durable yet.
        self._store.commit_all(self._writers)

    def forget(self, is_used: Callable[[Digest], bool]) -> None:
        """Remove what ``keep`` brought, but for what is used by now."""
        for digest in self._brought:
            if not is_used(digest):
                self._store.delete(digest)

    def _is_there(self, digest: Digest) -> bool:
        try:
            return self._store.size(digest) >= 0
        except BlobNotFoundError:
            return False
