"""The catalogue of an index as it was at a serial."""

from collections.abc import Iterator
from itertools import starmap
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, or_, select

from bodega.adapters.sql.catalog_views import FILE_COLUMNS, SqlCatalogViews, project_file
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.name_ranges import NameRanges
from bodega.adapters.sql.schema import FILENAMES, FILES, PROJECTS, RELEASES, YANKS
from bodega.formats.digests import Digest
from bodega.formats.filename_identity import filename_identity
from bodega.formats.names import NormalizedName
from bodega.index.catalog.views import FoundFile, ProjectFacts, Standing
from bodega.simple_api.pages import ListedProject, ProjectPage

_AT: BindParameter[int] = bindparam("at_serial")


class SqlCatalogPast:
    """Implements ``index.catalog.views.CatalogViews`` for one index at one serial.

    A file that was deleted since is listed as it was then; its bytes may be gone. A project's status is not
    kept by serial: it is "active", and what quarantines it today refuses its files.
    """

    def __init__(self, database: Database, index: str, serial: int) -> None:
        self._serial = serial
        named = (PROJECTS.c.index_name == index) & (PROJECTS.c.name == bindparam("project"))
        was_there = and_(
            FILES.c.serial <= _AT, or_(FILES.c.deleted_serial.is_(None), FILES.c.deleted_serial > _AT)
        )
        last = (
            select(YANKS.c.yanked)
            .where(YANKS.c.file_id == FILES.c.id, YANKS.c.serial <= _AT)
            .order_by(YANKS.c.serial.desc(), YANKS.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        columns = [last.label("yanked") if column is FILES.c.yanked else column for column in FILE_COLUMNS]
        of_project = FILES.join(PROJECTS, PROJECTS.c.id == FILES.c.project_id)
        self._files = database.prepare(
            select(*columns, RELEASES.c.version, FILES.c.serial)
            .select_from(of_project.join(RELEASES, RELEASES.c.id == FILES.c.release_id))
            .where(named, was_there)
            .order_by(FILES.c.id)
        )
        self._claimed = database.prepare(
            select(func.min(FILES.c.serial)).select_from(of_project).where(named, FILES.c.serial <= _AT)
        )
        self._names = NameRanges(
            database,
            select(PROJECTS.c.name, func.min(PROJECTS.c.typed_name), func.max(FILES.c.serial))
            .select_from(of_project)
            .where(PROJECTS.c.index_name == index, FILES.c.serial <= _AT)
            .group_by(PROJECTS.c.name),
            PROJECTS.c.name,
        )
        self._used = database.prepare(
            select(FILENAMES.c.serial).where(
                FILENAMES.c.index_name == index,
                FILENAMES.c.identity == bindparam("identity"),
                FILENAMES.c.serial <= _AT,
            )
        )
        self._today = SqlCatalogViews(database, index)
        self._was_there = database.prepare(
            select(FILES.c.id)
            .select_from(of_project)
            .where(
                FILES.c.sha256 == bindparam("sha256"),
                FILES.c.filename == bindparam("filename"),
                FILES.c.serial <= _AT,
                PROJECTS.c.index_name == index,
            )
        )

    def project_serial(self, name: NormalizedName) -> int | None:
        """The serial, for a project that was there."""
        found = self._claimed.first(**self._bound(project=name))
        return self._serial if found is not None and found[0] is not None else None

    def project_page(self, name: NormalizedName) -> ProjectPage | None:
        """The project's page as it was."""
        if self.project_serial(name) is None:
            return None
        rows = self._files.all(**self._bound(project=name))
        return ProjectPage(
            name=name,
            files=tuple(project_file(row) for row in rows),
            versions=tuple(dict.fromkeys(row[-2] for row in rows)),
            serial=max((row[-1] for row in rows), default=self._serial),
        )

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Every project that was there."""
        return starmap(ListedProject, self._names.rows(low, below, **self._bound()))

    def changed_since(self, serial: int, most: int) -> None:
        """Nothing changes any more."""

    def last_serial(self) -> int:
        """The serial."""
        return self._serial

    def file(self, digest: Digest, filename: str) -> FoundFile | None:
        """The file of that sha256 and name, if it was there: as it is today, deleted or not."""
        was_there = self._was_there.first(**self._bound(sha256=digest.value, filename=filename))
        return self._today.file(digest, filename) if was_there else None

    def standing(self, name: NormalizedName) -> Standing | None:
        """Its status today."""
        return self._today.standing(name)

    def has_used(self, filename: str) -> bool:
        """Whether the name was used by then."""
        identity = filename_identity(filename)
        return self._used.first(**self._bound(identity=identity)) is not None

    def facts(self, name: NormalizedName) -> ProjectFacts | None:
        """What its owners want to know of a project today."""
        return self._today.facts(name)

    def _bound(self, **more: object) -> dict[str, Any]:
        return {"at_serial": self._serial, **more}
