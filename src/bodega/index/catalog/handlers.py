"""One function per order to the catalogue."""

from bodega.index.catalog.commands import PublishFile
from bodega.index.catalog.errors import FileAlreadyExistsError, ProjectClosedError
from bodega.index.catalog.events import FilePublished
from bodega.index.catalog.model import CLOSED, PublishedFile
from bodega.index.catalog.ports import CatalogRepository, CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin


def publish_file(order: PublishFile, begin: Begin[CatalogWork], clock: Clock) -> bool:
    """Publish a file: file row, project serial and event in one transaction.

    Returns whether it is new: the same bytes under the same name again change nothing. Raises
    FileAlreadyExistsError, ProjectClosedError.
    """
    with begin() as work:
        if _is_there(order, work.catalog):
            return False
        now = clock()
        serial = work.catalog.next_serial()
        project = work.catalog.project(order.index, order.project.normalized)
        if project is None:
            project = work.catalog.claim(order.index, order.project, serial=serial, at=now, by=order.by)
        if project.status in CLOSED:
            raise ProjectClosedError(project.name, status=project.status, reason=project.status_reason)
        file = PublishedFile(
            filename=order.filename,
            kind=order.kind,
            digest=order.digest,
            size=order.size,
            upload_time=now,
            requires_python=order.requires_python,
            metadata=order.metadata,
            serial=serial,
            by=order.by,
        )
        work.catalog.add_file(project, order.version, file)
        work.catalog.touch(project, serial)
        work.outbox.add(
            FilePublished(
                subject=project.name,
                serial=serial,
                at=now,
                index=order.index,
                version=order.version,
                filename=order.filename,
                sha256=order.digest.value,
                size=order.size,
                by=order.by,
            )
        )
    return True


def _is_there(order: PublishFile, catalog: CatalogRepository) -> bool:
    used = catalog.used_filename(order.index, order.filename)
    if used is None:
        return False
    project = catalog.project(order.index, order.project.normalized)
    listed = project is not None and catalog.has_file(project, order.filename)
    if used != order.digest or not listed:
        raise FileAlreadyExistsError(order.filename, stored=used, offered=order.digest)
    return True
