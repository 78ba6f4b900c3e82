"""Publication of a file: where the catalogue takes one in."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.index.catalog.closing import refuse_closed
from bodega.index.catalog.commands import PublishFile
from bodega.index.catalog.errors import FileAlreadyExistsError, ProjectClosedError
from bodega.index.catalog.events import FilePublished
from bodega.index.catalog.model import CLOSED, Project, PublishedFile
from bodega.index.catalog.ports import CatalogRepository, CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin


class Bytes(Protocol):
    """The bytes of a file that is about to be published."""

    def keep(self) -> None:
        """Make them durable; raises StorageFullError."""

    def forget(self, is_used: Callable[[Digest], bool]) -> None:
        """Remove what ``keep`` brought, but for what is used by now."""


def publish_file(order: PublishFile, begin: Begin[CatalogWork], clock: Clock, content: Bytes) -> bool:
    """Publish a file: file row, project serial and event in one transaction, bytes durable before it ends.

    Returns whether it is new: the same bytes under the same name again change nothing. Raises
    FileAlreadyExistsError, ProjectClosedError, ReleaseClosedError, StorageFullError; nothing is kept then.
    """
    try:
        with begin() as work:
            return _publish(order, work, clock(), content)
    except BaseException:
        _forget(content, begin)
        raise


def _publish(order: PublishFile, work: CatalogWork, now: datetime, content: Bytes) -> bool:
    if _is_there(order, work.catalog):
        return False
    serial = work.catalog.next_serial()
    project = _open_project(order, work.catalog, serial=serial, at=now)
    if not order.into_closed:
        refuse_closed(project, order.version, work.catalog, now)
    # Inside the transaction: no other writer can take the name between the check and the row.
    content.keep()
    work.catalog.add_file(project, order.version, _file(order, serial=serial, at=now))
    work.catalog.touch(project, serial)
    work.outbox.add(_published(order, project, serial=serial, at=now))
    return True


def _forget(content: Bytes, begin: Begin[CatalogWork]) -> None:
    """Take back the bytes, in a transaction: whoever published the same ones meanwhile needs them."""
    # Without a database nobody can tell; then they stay, unseen, until `verify` finds them.
    with suppress(BodegaError), begin() as work:
        content.forget(work.catalog.uses)


def _open_project(order: PublishFile, catalog: CatalogRepository, *, serial: int, at: datetime) -> Project:
    project = catalog.project(order.index, order.project.normalized)
    if project is None:
        return catalog.claim(order.index, order.project, serial=serial, at=at, by=order.by)
    if project.status in CLOSED:
        raise ProjectClosedError(project.name, status=project.status, reason=project.status_reason)
    return project


def _file(order: PublishFile, *, serial: int, at: datetime) -> PublishedFile:
    return PublishedFile(
        filename=order.filename,
        kind=order.kind,
        digest=order.digest,
        size=order.size,
        upload_time=at,
        requires_python=order.requires_python,
        metadata=order.metadata,
        provenance=order.provenance,
        serial=serial,
        by=order.by,
        md5=order.md5,
        blake2_256=order.blake2_256,
    )


def _published(order: PublishFile, project: Project, *, serial: int, at: datetime) -> FilePublished:
    return FilePublished(
        subject=project.name,
        serial=serial,
        at=at,
        index=order.index,
        version=order.version,
        filename=order.filename,
        sha256=order.digest.value,
        size=order.size,
        by=order.by,
    )


def _is_there(order: PublishFile, catalog: CatalogRepository) -> bool:
    used = catalog.used_filename(order.index, order.filename)
    if used is None:
        return False
    project = catalog.project(order.index, order.project.normalized)
    listed = project is not None and catalog.has_file(project, order.filename)
    if used != order.digest or not listed:
        raise FileAlreadyExistsError(order.filename, stored=used, offered=order.digest)
    return True
