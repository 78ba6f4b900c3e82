"""The catalogue inside a transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bodega.adapters.sql.counters import EPOCH, SERIAL, count_up
from bodega.adapters.sql.schema import FILENAMES, FILES, PROJECTS, RELEASES, YANKS
from bodega.adapters.sql.times import read, read_or_none, written
from bodega.adapters.sql.upstream_tables import UPSTREAM_FILES
from bodega.adapters.sql.view_tables import INDEXES
from bodega.formats.digests import Digest, sha256
from bodega.formats.filename_identity import filename_identity
from bodega.formats.names import NormalizedName, ProjectName
from bodega.formats.versions import canonical_version
from bodega.index.catalog.model import (
    ListedFile,
    Project,
    PublishedFile,
)
from bodega.index.views.model import CLOSED_AFTER_DAYS
from bodega.simple_api.pages import Status

_LISTED = FILES.c.deleted_serial.is_(None)


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
            typed_name=found.typed_name,
            serial=found.serial,
            status=found.status,
            status_reason=found.status_reason,
            mixes_upstream=bool(found.mixes_upstream),
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
        return Project(id=made, index=index, name=name.normalized, typed_name=name.typed, serial=serial)

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
        found = select(FILES.c.id).where(_named(project, filename), _LISTED)
        return self._connection.execute(found).first() is not None

    def uses(self, digest: Digest) -> bool:
        """Whether a listed file, what is served beside it, or what is kept of upstreams has those bytes."""
        value = digest.value
        # One look-up for each column, so that each has its index.
        ours = (FILES.c.sha256, FILES.c.metadata_sha256, FILES.c.provenance_sha256)
        theirs = (UPSTREAM_FILES.c.sha256, UPSTREAM_FILES.c.metadata_sha256)
        return any(
            self._connection.execute(statement.limit(1)).first() is not None
            for statement in (
                *(select(FILES.c.id).where(column == value, _LISTED) for column in ours),
                *(select(UPSTREAM_FILES.c.id).where(column == value) for column in theirs),
            )
        )

    def names(self, index: str) -> Sequence[NormalizedName]:
        """The names of all projects of an index."""
        found = self._connection.execute(select(PROJECTS.c.name).where(PROJECTS.c.index_name == index))
        return [NormalizedName(name) for name in found.scalars()]

    def files(self, project: Project) -> Sequence[ListedFile]:
        """The listed files of a project, oldest first."""
        found = self._connection.execute(
            select(FILES, RELEASES.c.version)
            .join(RELEASES, RELEASES.c.id == FILES.c.release_id)
            .where(FILES.c.project_id == project.id, _LISTED)
            .order_by(FILES.c.id)
        )
        return [ListedFile(row.version, row.yanked, _published(row)) for row in found]

    def release_begun(self, project: Project, version: str) -> datetime | None:
        """When a release of that version, or of one that is equal to it, got its first file."""
        found = self._connection.execute(
            select(func.min(RELEASES.c.created_at)).where(
                RELEASES.c.project_id == project.id, RELEASES.c.canonical == canonical_version(version)
            )
        ).scalar_one()
        return read_or_none(found)

    def closed_after(self, index: str) -> int | None:
        """Days after which a release of the index takes no new files."""
        found = self._connection.execute(
            select(INDEXES.c.closed_after_days).where(INDEXES.c.name == index)
        ).one_or_none()
        if found is None:
            return CLOSED_AFTER_DAYS
        days: int | None = found.closed_after_days
        return days

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
                md5=file.md5,
                blake2_256=file.blake2_256,
                provenance_sha256=file.provenance.value if file.provenance else None,
                serial=file.serial,
                uploaded_by=file.by,
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

    def mark(self, project: Project, filename: str, yanked: str | None, *, serial: int, at: datetime) -> None:
        """Set a file's mark, and keep when it was set."""
        changed = update(FILES).where(_named(project, filename)).values(yanked=yanked).returning(FILES.c.id)
        row = {
            "file_id": self._connection.execute(changed).scalar_one(),
            "serial": serial,
            "at": written(at),
            "yanked": yanked,
        }
        self._connection.execute(insert(YANKS).values(row))

    def delete_file(self, project: Project, filename: str, *, serial: int, at: datetime) -> None:
        """Delete a file; the row stays."""
        deleted = {"deleted_serial": serial, "deleted_at": written(at)}
        self._connection.execute(update(FILES).where(_named(project, filename)).values(deleted))

    def set_status(self, project: Project, status: Status, reason: str | None) -> None:
        """Set a project's status."""
        self._change(project, status=status, status_reason=reason)

    def grant_upstream(self, project: Project) -> None:
        """Note that the upstream's namesake may stand beside the project."""
        self._change(project, mixes_upstream=1)
        count_up(self._connection, EPOCH)

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""
        self._change(project, serial=serial)

    def _change(self, project: Project, **values: object) -> None:
        self._connection.execute(update(PROJECTS).where(PROJECTS.c.id == project.id).values(values))

    def _release(self, project: Project, version: str, at: str) -> int:
        known = select(RELEASES.c.id).where(
            RELEASES.c.project_id == project.id, RELEASES.c.version == version
        )
        found = self._connection.execute(known).scalar_one_or_none()
        if found is not None:
            return int(found)
        row = {
            "project_id": project.id,
            "version": version,
            "canonical": canonical_version(version),
            "created_at": at,
        }
        made = insert(RELEASES).values(row).returning(RELEASES.c.id)
        return int(self._connection.execute(made).scalar_one())


def _named(project: Project, filename: str) -> ColumnElement[bool]:
    return (FILES.c.project_id == project.id) & (FILES.c.filename == filename)


def _published(row: Any) -> PublishedFile:
    return PublishedFile(
        filename=row.filename,
        kind=row.kind,
        digest=sha256(row.sha256),
        size=row.size,
        upload_time=read(row.upload_time),
        requires_python=row.requires_python,
        metadata=sha256(row.metadata_sha256) if row.metadata_sha256 else None,
        serial=row.serial,
        by=row.uploaded_by,
        md5=row.md5,
        blake2_256=row.blake2_256,
        provenance=sha256(row.provenance_sha256) if row.provenance_sha256 else None,
    )
