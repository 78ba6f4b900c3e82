"""The acts of the catalogue on projects and releases that are there, wired."""

from bodega.adapters.sql.work import BeginWork
from bodega.content.blob_store import BlobStore
from bodega.index.catalog import commands
from bodega.index.catalog.deleting import delete_release
from bodega.index.catalog.model import Project, ReleaseChange
from bodega.index.catalog.promoting import promote_release
from bodega.index.catalog.standing import grant_upstream, set_project_status
from bodega.index.catalog.yanking import unyank_release, yank_release
from bodega.messaging.clock import Clock


class ReleaseActs:
    """Each act in a transaction of its own."""

    def __init__(self, begin: BeginWork, clock: Clock, blobs: BlobStore) -> None:
        self._begin = begin
        self._clock = clock
        self._blobs = blobs

    def yank(self, order: commands.YankRelease) -> ReleaseChange:
        """Yank a release."""
        return yank_release(order, self._begin, self._clock)

    def unyank(self, order: commands.UnyankRelease) -> ReleaseChange:
        """Take a yank back."""
        return unyank_release(order, self._begin, self._clock)

    def delete(self, order: commands.DeleteRelease) -> ReleaseChange:
        """Delete a release, and the bytes that nothing else uses."""
        return delete_release(order, self._begin, self._clock, self._blobs.delete)

    def promote(self, order: commands.PromoteRelease) -> ReleaseChange:
        """Publish a release in another index too."""
        return promote_release(order, self._begin, self._clock)

    def set_status(self, order: commands.SetProjectStatus) -> Project:
        """Set a project's status."""
        return set_project_status(order, self._begin, self._clock)

    def grant_upstream(self, order: commands.GrantUpstream) -> Project:
        """Grant the upstream's namesake a place beside a project."""
        return grant_upstream(order, self._begin, self._clock)
