"""What readers see of the catalogue, by prepared look-ups."""

from collections.abc import Collection, Iterator, Sequence
from itertools import starmap
from typing import Any

from sqlalchemy import Integer, bindparam, select

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.name_ranges import NameRanges
from bodega.adapters.sql.schema import COUNTERS, FILENAMES, FILES, PROJECTS, RELEASES
from bodega.adapters.sql.times import read, read_or_none
from bodega.formats.digests import Digest
from bodega.formats.filename_identity import filename_identity
from bodega.formats.names import NormalizedName
from bodega.index.catalog.views import FoundFile, ProjectFacts, Standing, other_hashes
from bodega.simple_api.pages import ListedProject, MetadataOffer, ProjectFile, ProjectPage

FILE_COLUMNS = (
    FILES.c.filename,
    FILES.c.sha256,
    FILES.c.size,
    FILES.c.upload_time,
    FILES.c.requires_python,
    FILES.c.metadata_sha256,
    FILES.c.yanked,
    FILES.c.md5,
    FILES.c.blake2_256,
    FILES.c.provenance_sha256,
)
_FACTS = (
    PROJECTS.c.id,
    PROJECTS.c.typed_name,
    PROJECTS.c.serial,
    PROJECTS.c.status,
    PROJECTS.c.status_reason,
    PROJECTS.c.mixes_upstream,
    PROJECTS.c.created_at,
    PROJECTS.c.created_by,
)


class SqlCatalogViews:
    """Implements ``index.catalog.views.CatalogViews`` for one index."""

    def __init__(self, database: Database, index: str) -> None:
        named = (PROJECTS.c.index_name == index) & (PROJECTS.c.name == bindparam("project"))
        self._serial = database.prepare(select(PROJECTS.c.serial).where(named))
        self._project = database.prepare(
            select(PROJECTS.c.id, PROJECTS.c.serial, PROJECTS.c.status, PROJECTS.c.status_reason).where(named)
        )
        self._standing = database.prepare(select(PROJECTS.c.status, PROJECTS.c.status_reason).where(named))
        self._facts = database.prepare(select(*_FACTS).where(named))
        self._files = database.prepare(
            select(*FILE_COLUMNS, RELEASES.c.version)
            .join(RELEASES, RELEASES.c.id == FILES.c.release_id)
            .where(FILES.c.project_id == bindparam("project_id"), FILES.c.deleted_serial.is_(None))
            .order_by(FILES.c.id)
        )
        ours = PROJECTS.c.index_name == index
        listed = select(PROJECTS.c.name, PROJECTS.c.typed_name, PROJECTS.c.serial).where(ours)
        self._ranges = NameRanges(database, listed, PROJECTS.c.name)
        self._changed = database.prepare(
            select(PROJECTS.c.name)
            .where(ours, PROJECTS.c.serial > bindparam("after_serial"))
            .limit(bindparam("most", type_=Integer))
        )
        self._used = database.prepare(
            select(FILENAMES.c.serial).where(
                FILENAMES.c.index_name == index, FILENAMES.c.identity == bindparam("identity")
            )
        )
        self._last = database.prepare(select(COUNTERS.c.value).where(COUNTERS.c.name == "serial"))
        self._by_digest = database.prepare(
            select(*FILE_COLUMNS, PROJECTS.c.name, FILES.c.deleted_at)
            .join(PROJECTS, PROJECTS.c.id == FILES.c.project_id)
            .where(
                FILES.c.sha256 == bindparam("sha256"),
                FILES.c.filename == bindparam("filename"),
                PROJECTS.c.index_name == index,
            )
        )

    def project_serial(self, name: NormalizedName) -> int | None:
        """The serial of the project's last change."""
        found = self._serial.first(project=name)
        return int(found[0]) if found else None

    def standing(self, name: NormalizedName) -> Standing | None:
        """The project's status."""
        found = self._standing.first(project=name)
        return Standing(*found) if found else None

    def project_page(self, name: NormalizedName) -> ProjectPage | None:
        """The project's page."""
        found = self._project.first(project=name)
        if found is None:
            return None
        project_id, serial, status, reason = found
        rows = self._files.all(project_id=project_id)
        return ProjectPage(
            name=name,
            files=tuple(project_file(row) for row in rows),
            versions=tuple(dict.fromkeys(row[-1] for row in rows)),
            serial=serial,
            status=status,
            status_reason=reason,
        )

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects by normalized name."""
        return starmap(ListedProject, self._ranges.rows(low, below))

    def changed_since(self, serial: int, most: int) -> Collection[NormalizedName]:
        """Projects whose serial is higher."""
        return [NormalizedName(row[0]) for row in self._changed.all(after_serial=serial, most=most)]

    def last_serial(self) -> int:
        """The serial of the last change in any index."""
        found = self._last.first()
        return int(found[0]) if found else 0

    def file(self, digest: Digest, filename: str) -> FoundFile | None:
        """The file of that sha256 and name, deleted or not."""
        found = self._by_digest.first(sha256=digest.value, filename=filename)
        if found is None:
            return None
        name, deleted_at = found[len(FILE_COLUMNS) :]
        return FoundFile(NormalizedName(name), project_file(found), read_or_none(deleted_at))

    def has_used(self, filename: str) -> bool:
        """Whether the name was ever used."""
        return self._used.first(identity=filename_identity(filename)) is not None

    def facts(self, name: NormalizedName) -> ProjectFacts | None:
        """What its owners want to know of a project."""
        found = self._facts.first(project=name)
        if found is None:
            return None
        project_id, typed_name, serial, status, reason, mixes, created_at, created_by = found
        rows = self._files.all(project_id=project_id)
        return ProjectFacts(
            name=name,
            typed_name=typed_name,
            serial=serial,
            status=status,
            status_reason=reason,
            mixes_upstream=bool(mixes),
            created_at=read(created_at),
            created_by=created_by,
            files=tuple((row[-1], project_file(row)) for row in rows),
        )


def project_file(row: Sequence[Any]) -> ProjectFile:
    """A row of ``FILE_COLUMNS`` as a value."""
    filename, digest, size, upload_time, requires_python, metadata, yanked, md5, blake2, provenance = row[
        : len(FILE_COLUMNS)
    ]
    return ProjectFile(
        filename=filename,
        url=f"../../files/{digest}/{filename}",
        hashes={"sha256": digest},
        size=size,
        upload_time=read(upload_time),
        requires_python=requires_python,
        core_metadata=MetadataOffer({"sha256": metadata}) if metadata else None,
        yanked=yanked,
        other_hashes=other_hashes(md5, blake2),
        provenance_sha256=provenance,
    )
