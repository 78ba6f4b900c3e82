"""What the catalogue needs of the world, inside a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName, ProjectName
from bodega.index.catalog.model import ListedFile, Project, PublishedFile
from bodega.messaging.unit_of_work import UnitOfWork
from bodega.simple_api.pages import Status


class CatalogRepository(Protocol):
    """Projects, releases, files and used file names."""

    def next_serial(self) -> int:
        """Count the catalogue's serial up."""

    def project(self, index: str, name: NormalizedName) -> Project | None:
        """The project of that name."""

    def claim(self, index: str, name: ProjectName, *, serial: int, at: datetime, by: str) -> Project:
        """Make a project: its first upload claims the name."""

    def used_filename(self, index: str, filename: str) -> Digest | None:
        """The digest of the bytes that the name, or one of its identity, was ever used for."""

    def has_file(self, project: Project, filename: str) -> bool:
        """Whether a file of exactly that name is listed."""

    def uses(self, digest: Digest) -> bool:
        """Whether a listed file of any index, or what is served beside it, is of those bytes.

        So is what is kept of an upstream.
        """

    def names(self, index: str) -> Sequence[NormalizedName]:
        """The names of all projects of an index."""

    def files(self, project: Project) -> Sequence[ListedFile]:
        """The listed files of a project, oldest first."""

    def release_begun(self, project: Project, version: str) -> datetime | None:
        """When a release of that version, or an equal one, got its first file, which may be gone by now."""

    def closed_after(self, index: str) -> int | None:
        """Days after which a release of the index takes no new files; ``None``: never."""

    def add_file(self, project: Project, version: str, file: PublishedFile) -> None:
        """Add a file to a release, which is made if need be; its name counts as used from now on."""

    def mark(self, project: Project, filename: str, yanked: str | None, *, serial: int, at: datetime) -> None:
        """Set a file's mark, and keep when it was set."""

    def delete_file(self, project: Project, filename: str, *, serial: int, at: datetime) -> None:
        """Delete a file: it is listed no more, and what it was can still be told."""

    def set_status(self, project: Project, status: Status, reason: str | None) -> None:
        """Set a project's status."""

    def grant_upstream(self, project: Project) -> None:
        """Note that the upstream's namesake may stand beside the project; counts the epoch up."""

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""


class CatalogWork(UnitOfWork, Protocol):
    """A transaction of the catalogue."""

    @property
    def catalog(self) -> CatalogRepository:
        """The catalogue's state."""
