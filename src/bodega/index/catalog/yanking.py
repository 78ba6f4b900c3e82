"""Yanks: a release stays, and is chosen by exact pins alone (PEP 592)."""

from collections.abc import Sequence
from datetime import datetime

from bodega.index.catalog.commands import UnyankRelease, YankRelease
from bodega.index.catalog.events import ReleaseUnyanked, ReleaseYanked
from bodega.index.catalog.model import ListedFile, Project, ReleaseChange
from bodega.index.catalog.owned import checked_reason, owned_project, release_files
from bodega.index.catalog.ports import CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin


def yank_release(order: YankRelease, begin: Begin[CatalogWork], clock: Clock) -> ReleaseChange:
    """Mark files as yanked, all in one transaction; the same order again changes nothing.

    Raises ProjectNotOursError, ReleaseUnknownError, ReleaseFileNotFoundError, InvalidReasonError.
    """
    reason = checked_reason(order.reason)
    with begin() as work:
        project = owned_project(order.index, order.project, work.catalog)
        files = release_files(project, order.version, work.catalog, filename=order.filename)
        change = _mark(project, files, reason, work, now=clock())
        if change.files:
            work.outbox.add(
                ReleaseYanked(
                    subject=project.name,
                    serial=change.serial,
                    at=clock(),
                    index=order.index,
                    version=change.version,
                    files=change.files,
                    reason=reason,
                    by=order.by,
                )
            )
    return change


def unyank_release(order: UnyankRelease, begin: Begin[CatalogWork], clock: Clock) -> ReleaseChange:
    """Take the marks away; raises ProjectNotOursError, ReleaseUnknownError, ReleaseFileNotFoundError."""
    with begin() as work:
        project = owned_project(order.index, order.project, work.catalog)
        files = release_files(project, order.version, work.catalog, filename=order.filename)
        change = _mark(project, files, None, work, now=clock())
        if change.files:
            work.outbox.add(
                ReleaseUnyanked(
                    subject=project.name,
                    serial=change.serial,
                    at=clock(),
                    index=order.index,
                    version=change.version,
                    files=change.files,
                    by=order.by,
                )
            )
    return change


def _mark(
    project: Project, files: Sequence[ListedFile], yanked: str | None, work: CatalogWork, *, now: datetime
) -> ReleaseChange:
    changing = [one.file.filename for one in files if one.yanked != yanked]
    serial = project.serial
    if changing:
        serial = work.catalog.next_serial()
        for filename in changing:
            work.catalog.mark(project, filename, yanked, serial=serial, at=now)
        work.catalog.touch(project, serial)
    return ReleaseChange(
        index=project.index,
        project=project.name,
        version=files[0].version,
        files=tuple(changing),
        serial=serial,
    )
