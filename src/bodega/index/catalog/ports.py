"""What the catalogue needs of the world, inside a transaction."""

from datetime import datetime
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName, ProjectName
from bodega.index.catalog.model import Project, PublishedFile
from bodega.messaging.unit_of_work import UnitOfWork


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
        """Whether a file of any index, or its core metadata, is of those bytes."""

    def add_file(self, project: Project, version: str, file: PublishedFile) -> None:
        """Add a file to a release, which is made if need be; its name counts as used from now on."""

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""


class CatalogWork(UnitOfWork, Protocol):
    """A transaction of the catalogue."""

    @property
    def catalog(self) -> CatalogRepository:
        """The catalogue's state."""
