"""Promotion: a release of one index becomes part of another, with the same bytes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bodega.formats.names import ProjectName
from bodega.index.catalog.act_errors import PromotionConflictError, PromotionTargetError
from bodega.index.catalog.closing import refuse_closed
from bodega.index.catalog.commands import PromoteRelease
from bodega.index.catalog.errors import ProjectClosedError, ProjectQuarantinedError
from bodega.index.catalog.events import ReleasePromoted
from bodega.index.catalog.model import CLOSED, ListedFile, Project, ReleaseChange
from bodega.index.catalog.owned import owned_project, release_files
from bodega.index.catalog.ports import CatalogRepository, CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin


def promote_release(order: PromoteRelease, begin: Begin[CatalogWork], clock: Clock) -> ReleaseChange:
    """Publish all files of a release in another index too, or none; what is there already is passed over.

    The first promotion claims the project's name there. Raises ProjectNotOursError, ReleaseUnknownError,
    PromotionTargetError, PromotionConflictError, ProjectQuarantinedError, ProjectClosedError,
    ReleaseClosedError.
    """
    if order.to == order.index:
        raise PromotionTargetError(order.index)
    with begin() as work:
        source = owned_project(order.index, order.project, work.catalog)
        if source.status == "quarantined":
            raise ProjectQuarantinedError(source.name, source.status_reason)
        files = release_files(source, order.version, work.catalog)
        target = work.catalog.project(order.to, source.name)
        new = [one for one in files if not _is_there(one, order.to, target, work.catalog)]
        change = ReleaseChange(
            index=order.to,
            project=source.name,
            version=files[0].version,
            files=tuple(one.file.filename for one in new),
            serial=target.serial if target is not None else 0,
        )
        if new:
            change = replace(change, serial=_publish(order, source, new, work, now=clock()))
            work.outbox.add(_promoted(order, change, clock()))
    return change


def _is_there(one: ListedFile, to: str, target: Project | None, catalog: CatalogRepository) -> bool:
    used = catalog.used_filename(to, one.file.filename)
    if used is None:
        return False
    listed = target is not None and catalog.has_file(target, one.file.filename)
    if used != one.file.digest or not listed:
        raise PromotionConflictError(one.file.filename, to, gone=used == one.file.digest)
    return True


def _publish(
    order: PromoteRelease, source: Project, new: Sequence[ListedFile], work: CatalogWork, *, now: datetime
) -> int:
    serial = work.catalog.next_serial()
    target = work.catalog.project(order.to, source.name)
    if target is None:
        name = ProjectName(source.name, source.typed_name)
        target = work.catalog.claim(order.to, name, serial=serial, at=now, by=order.by)
    if target.status in CLOSED:
        raise ProjectClosedError(target.name, status=target.status, reason=target.status_reason)
    for version in {one.version for one in new}:
        refuse_closed(target, version, work.catalog, now)
    for one in new:
        # To readers of that index the file is new: what asks "before which day" must not find it earlier.
        file = replace(one.file, serial=serial, upload_time=now, by=order.by)
        work.catalog.add_file(target, one.version, file)
        if one.yanked is not None:
            work.catalog.mark(target, file.filename, one.yanked, serial=serial, at=now)
    work.catalog.touch(target, serial)
    return serial


def _promoted(order: PromoteRelease, change: ReleaseChange, now: datetime) -> ReleasePromoted:
    return ReleasePromoted(
        subject=change.project,
        serial=change.serial,
        at=now,
        index=order.index,
        to=order.to,
        version=change.version,
        files=change.files,
        by=order.by,
    )
