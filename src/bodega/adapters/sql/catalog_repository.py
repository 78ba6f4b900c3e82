"""The catalogue inside a transaction."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bodega.adapters.sql.counters import SERIAL, count_up
from bodega.adapters.sql.schema import FILENAMES, FILES, PROJECTS, RELEASES
from bodega.adapters.sql.times import written
from bodega.formats.digests import Digest, sha256
from bodega.formats.names import NormalizedName, ProjectName
from bodega.index.catalog.model import Project, PublishedFile, filename_identity


class SqlCatalog:
    """Implements ``index.catalog.ports.CatalogRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def next_serial(self) -> int:
        """Count the catalogue's serial up."""
        return count_up(self._connection, SERIAL)

    def project(self, index: str, name: NormalizedName) -> Project | None:
        """The project of that name."""
        found = self._connection.execute(
            select(PROJECTS).where(PROJECTS.c.index_name == index, PROJECTS.c.name == name)
        ).one_or_none()
        if found is None:
            return None
        return Project(
            id=found.id,
            index=index,
            name=NormalizedName(found.name),
            serial=found.serial,
            status=found.status,
            status_reason=found.status_reason,
        )

    def claim(self, index: str, name: ProjectName, *, serial: int, at: datetime, by: str) -> Project:
        """Make a project."""
        row = {
            "index_name": index,
            "name": name.normalized,
            "typed_name": name.typed,
            "serial": serial,
            "status": "active",
            "created_at": written(at),
            "created_by": by,
        }
        made = self._connection.execute(insert(PROJECTS).values(row).returning(PROJECTS.c.id)).scalar_one()
        return Project(id=made, index=index, name=name.normalized, serial=serial)

    def used_filename(self, index: str, filename: str) -> Digest | None:
        """The digest of the bytes that the name was ever used for."""
        identity = filename_identity(filename)
        found = self._connection.execute(
            select(FILENAMES.c.sha256).where(
                FILENAMES.c.index_name == index, FILENAMES.c.identity == identity
            )
        ).scalar_one_or_none()
        return sha256(found) if found else None

    def has_file(self, project: Project, filename: str) -> bool:
        """Whether a file of exactly that name is listed."""
        found = select(FILES.c.id).where(FILES.c.project_id == project.id, FILES.c.filename == filename)
        return self._connection.execute(found).first() is not None

    def uses(self, digest: Digest) -> bool:
        """Whether a file, or its core metadata, is of those bytes."""
        of_those = (FILES.c.sha256 == digest.value) | (FILES.c.metadata_sha256 == digest.value)
        return self._connection.execute(select(FILES.c.id).where(of_those)).first() is not None

    def add_file(self, project: Project, version: str, file: PublishedFile) -> None:
        """Add a file to a release."""
        at = written(file.upload_time)
        self._connection.execute(
            insert(FILES).values(
                release_id=self._release(project, version, at),
                project_id=project.id,
                filename=file.filename,
                kind=file.kind,
                sha256=file.digest.value,
                size=file.size,
                upload_time=at,
                requires_python=file.requires_python,
                metadata_sha256=file.metadata.value if file.metadata else None,
                serial=file.serial,
                uploaded_by=file.by,
                md5=file.md5,
                blake2_256=file.blake2_256,
            )
        )
        self._connection.execute(
            insert(FILENAMES).values(
                index_name=project.index,
                identity=filename_identity(file.filename),
                filename=file.filename,
                sha256=file.digest.value,
                serial=file.serial,
                at=at,
            )
        )

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""
        self._connection.execute(update(PROJECTS).where(PROJECTS.c.id == project.id).values(serial=serial))

    def _release(self, project: Project, version: str, at: str) -> int:
        known = select(RELEASES.c.id).where(
            RELEASES.c.project_id == project.id, RELEASES.c.version == version
        )
        found = self._connection.execute(known).scalar_one_or_none()
        if found is not None:
            return int(found)
        row = {"project_id": project.id, "version": version, "created_at": at}
        made = insert(RELEASES).values(row).returning(RELEASES.c.id)
        return int(self._connection.execute(made).scalar_one())
