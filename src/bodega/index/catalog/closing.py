"""When a release is closed to new files: a release that people use does not change under them any more."""

from datetime import datetime, timedelta

from bodega.index.catalog.errors import ReleaseClosedError
from bodega.index.catalog.model import Project
from bodega.index.catalog.ports import CatalogRepository


def refuse_closed(project: Project, version: str, catalog: CatalogRepository, now: datetime) -> None:
    """Raise ReleaseClosedError where the release got its first file longer ago than the index allows.

    A release that has no file yet is open; deleting files does not open one again.
    """
    days = catalog.closed_after(project.index)
    if days is None:
        return
    begun = catalog.release_begun(project, version)
    if begun is not None and now >= (closed := begun + timedelta(days=days)):
        raise ReleaseClosedError(project.name, version, closed=closed.date(), days=days)
