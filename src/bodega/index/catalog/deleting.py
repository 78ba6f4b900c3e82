"""Deletion: files go for good, their names stay used, and the project keeps its own name."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.index.catalog.commands import DeleteRelease
from bodega.index.catalog.events import ReleaseDeleted
from bodega.index.catalog.model import ListedFile, ReleaseChange
from bodega.index.catalog.owned import checked_reason, owned_project, release_files
from bodega.index.catalog.ports import CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin


def delete_release(
    order: DeleteRelease, begin: Begin[CatalogWork], clock: Clock, remove: Callable[[Digest], None]
) -> ReleaseChange:
    """Delete files, all in one transaction; then the bytes that nothing else uses, by ``remove``.

    Raises ProjectNotOursError, ReleaseUnknownError, ReleaseFileNotFoundError, InvalidReasonError.
    """
    reason = checked_reason(order.reason)
    with begin() as work:
        project = owned_project(order.index, order.project, work.catalog)
        files = release_files(project, order.version, work.catalog, filename=order.filename)
        serial, now = work.catalog.next_serial(), clock()
        for one in files:
            work.catalog.delete_file(project, one.file.filename, serial=serial, at=now)
        work.catalog.touch(project, serial)
        change = ReleaseChange(
            index=order.index,
            project=project.name,
            version=files[0].version,
            files=tuple(one.file.filename for one in files),
            serial=serial,
        )
        work.outbox.add(
            ReleaseDeleted(
                subject=project.name,
                serial=serial,
                at=now,
                index=order.index,
                version=change.version,
                files=change.files,
                reason=reason,
                by=order.by,
            )
        )
    _remove_unused(files, begin, remove)
    return change


def _remove_unused(
    files: Sequence[ListedFile], begin: Begin[CatalogWork], remove: Callable[[Digest], None]
) -> None:
    """Remove bytes inside a transaction: no publication can begin to use them meanwhile.

    A crash before, or a store that is away, leaves bytes that no row names: they are never served.
    """
    with suppress(BodegaError), begin() as work:
        for digest in dict.fromkeys(_digests(files)):
            if not work.catalog.uses(digest):
                remove(digest)


def _digests(files: Sequence[ListedFile]) -> Iterator[Digest]:
    for one in files:
        for digest in (one.file.digest, one.file.metadata, one.file.provenance):
            if digest is not None:
                yield digest
