"""The standing of a project: its status (PEP 792), and whether an upstream's namesake may be beside it."""

from typing import get_args

from bodega.index.catalog.act_errors import UnknownStatusError
from bodega.index.catalog.commands import GrantUpstream, SetProjectStatus
from bodega.index.catalog.events import ProjectStatusSet, UpstreamGranted
from bodega.index.catalog.model import Project
from bodega.index.catalog.owned import checked_reason, owned_project
from bodega.index.catalog.ports import CatalogWork
from bodega.messaging.clock import Clock
from bodega.messaging.unit_of_work import Begin
from bodega.simple_api.pages import Status

STATUSES: tuple[Status, ...] = get_args(Status)


def set_project_status(order: SetProjectStatus, begin: Begin[CatalogWork], clock: Clock) -> Project:
    """Set the status and its reason; the same ones again change nothing.

    Raises UnknownStatusError, InvalidReasonError, ProjectNotOursError.
    """
    status = next((known for known in STATUSES if known == order.status), None)
    if status is None:
        raise UnknownStatusError(order.status, STATUSES)
    reason = checked_reason(order.reason) or None if order.reason is not None else None
    with begin() as work:
        project = owned_project(order.index, order.project, work.catalog)
        if (project.status, project.status_reason) == (status, reason):
            return project
        serial = work.catalog.next_serial()
        work.catalog.set_status(project, status, reason)
        work.catalog.touch(project, serial)
        work.outbox.add(
            ProjectStatusSet(
                subject=project.name,
                serial=serial,
                at=clock(),
                index=order.index,
                status=status,
                reason=reason,
                by=order.by,
            )
        )
        return owned_project(order.index, order.project, work.catalog)


def grant_upstream(order: GrantUpstream, begin: Begin[CatalogWork], clock: Clock) -> Project:
    """Grant the upstream's namesake a place beside the project; raises ProjectNotOursError."""
    with begin() as work:
        project = owned_project(order.index, order.project, work.catalog)
        if project.mixes_upstream:
            return project
        serial = work.catalog.next_serial()
        work.catalog.grant_upstream(project)
        work.catalog.touch(project, serial)
        work.outbox.add(
            UpstreamGranted(subject=project.name, serial=serial, at=clock(), index=order.index, by=order.by)
        )
        return owned_project(order.index, order.project, work.catalog)
