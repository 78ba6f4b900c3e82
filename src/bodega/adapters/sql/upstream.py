"""What was seen of an upstream, in the database."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Integer, bindparam, delete, func, insert, select, update

from bodega.adapters.sql.counters import SEEN, SERIAL, count_up
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.name_ranges import NameRanges
from bodega.adapters.sql.times import read, read_or_none, written, written_or_none
from bodega.adapters.sql.upstream_tables import (
    UPSTREAM_CHANGES,
    UPSTREAM_FILES,
    UPSTREAM_PAGES,
    UPSTREAM_REFUSALS,
    UPSTREAMS,
)
from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import UNHASHED, Refusal, SeenChange, SeenFile, SeenPage
from bodega.simple_api.codings import decode, encode
from bodega.simple_api.packed_page import pack, unpack
from bodega.simple_api.pages import ListedProject, ProjectPage
from bodega.simple_api.parse import parse_page

_PAGES = UPSTREAM_PAGES.c
_FILES = UPSTREAM_FILES.c
_REFUSALS = UPSTREAM_REFUSALS.c
FILE_COLUMNS = (
    _FILES.project,
    _FILES.filename,
    _FILES.url,
    _FILES.declared,
    _FILES.sha256,
    _FILES.size,
    _FILES.metadata_sha256,
    _FILES.first_seen,
    _FILES.upload_time,
    _FILES.requires_python,
    _FILES.yanked,
    _FILES.available_at,
    _FILES.seen_serial,
)
_JSON = "application/vnd.pypi.simple.v1+json"


class SqlUpstreamRecords:
    """Implements ``index.upstream.ports.UpstreamRecords`` for the upstream at a URL."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._id = _upstream_id(database, url)
        of_page = (_PAGES.upstream_id == self._id) & (_PAGES.name == bindparam("of_name"))
        of_project = (_FILES.upstream_id == self._id) & (_FILES.project == bindparam("of_project"))
        named = _FILES.filename == bindparam("of_filename")
        digest = (_FILES.upstream_id == self._id) & (_FILES.sha256 == bindparam("of_sha256"))
        seen = (
            _PAGES.fingerprint,
            _PAGES.seal,
            _PAGES.etag,
            _PAGES.last_modified,
            _PAGES.checked_at,
            _PAGES.serial,
        )
        self._seen = database.prepare(select(*seen).where(of_page, _PAGES.is_listed == 1))
        self._document = database.prepare(select(_PAGES.document).where(of_page, _PAGES.is_listed == 1))
        self._files = database.prepare(select(*FILE_COLUMNS).where(of_project))
        self._by_digest = database.prepare(select(*FILE_COLUMNS).where(digest & named).limit(1))
        self._by_project = database.prepare(select(*FILE_COLUMNS).where(of_project & named))
        ours = _PAGES.upstream_id == self._id
        kept = select(_PAGES.name, _PAGES.serial).where(ours, _PAGES.is_listed == 1)
        self._ranges = NameRanges(database, kept, _PAGES.name)
        self._mark = database.prepare(select(func.max(_PAGES.list_mark)).where(ours))
        self._changed = database.prepare(
            select(_PAGES.name)
            .where(ours, _PAGES.list_mark > bindparam("after_mark"))
            .limit(bindparam("most", type_=Integer))
        )
        self._entry = select(_PAGES.is_listed, _PAGES.serial).where(of_page)
        self._of_page = of_page
        self._of_file = of_project & named

    def seen(self, name: NormalizedName) -> SeenPage | None:
        """How the page was last seen."""
        row = self._seen.first(of_name=name)
        if row is None:
            return None
        fingerprint, seal, etag, last_modified, checked_at, serial = row
        return SeenPage(
            name=name,
            fingerprint=fingerprint,
            seal=seal,
            etag=etag,
            last_modified=last_modified,
            checked_at=read(checked_at),
            serial=serial,
        )

    def page(self, name: NormalizedName) -> ProjectPage | None:
        """The page as the upstream gave it."""
        row = self._document.first(of_name=name)
        if row is None:
            return None
        document = decode(bytes(row[0]), "zstd")
        # Pages of a database from before they were packed are in the form of readers.
        return unpack(document) or parse_page(document, _JSON, "", name)

    def keep(self, seen: SeenPage, page: ProjectPage | None = None) -> None:
        """Remember the page."""
        row: dict[str, Any] = {
            "fingerprint": seen.fingerprint,
            "seal": seen.seal,
            "etag": seen.etag,
            "last_modified": seen.last_modified,
            "checked_at": written(seen.checked_at),
            "serial": seen.serial,
        }
        if page is not None:
            row["document"] = encode(pack(page), "zstd")
        with self._database.caching() as connection:
            known = connection.execute(self._entry, {"of_name": seen.name}).first()
            is_listed = known is not None and known.is_listed
            if not is_listed and page is None:
                return
            if known is None or not is_listed or known.serial != seen.serial:
                row["list_mark"] = count_up(connection, SEEN)
            if known is None:
                connection.execute(
                    insert(UPSTREAM_PAGES),
                    {"upstream_id": self._id, "name": seen.name, "is_listed": 1, **row},
                )
            else:
                of_page = update(UPSTREAM_PAGES).where(self._of_page)
                connection.execute(of_page.values(is_listed=1, **row), {"of_name": seen.name})

    def forget(self, name: NormalizedName) -> None:
        """Forget the page; its files stay known."""
        with self._database.caching() as connection:
            known = connection.execute(self._entry, {"of_name": name}).first()
            if known is not None and known.is_listed:
                gone = {"is_listed": 0, "document": b"", "list_mark": count_up(connection, SEEN)}
                of_page = update(UPSTREAM_PAGES).where(self._of_page)
                connection.execute(of_page.values(gone), {"of_name": name})

    def files(self, name: NormalizedName) -> Mapping[str, SeenFile]:
        """Every file ever seen of a project."""
        return {row[1]: seen_file(row) for row in self._files.all(of_project=name)}

    def file(self, key: str, filename: str) -> SeenFile | None:
        """The file of a URL."""
        if key.startswith(UNHASHED):
            row = self._by_project.first(of_project=key.removeprefix(UNHASHED), of_filename=filename)
        else:
            row = self._by_digest.first(of_sha256=key, of_filename=filename)
        return None if row is None else seen_file(row)

    def learn(self, files: Sequence[SeenFile], changes: Sequence[SeenChange] = ()) -> int | None:
        """Insert or replace, and note changes."""
        if not files and not changes:
            return None
        serial = None
        with self._database.writing() as connection:
            if changes or any(file.seen_serial is None for file in files):
                serial = count_up(connection, SERIAL)
            if files:
                keys = [{"of_project": file.project, "of_filename": file.filename} for file in files]
                connection.execute(delete(UPSTREAM_FILES).where(self._of_file), keys)
                connection.execute(insert(UPSTREAM_FILES), [self._row(file, serial) for file in files])
            if changes:
                rows = [self._change(change, serial) for change in changes]
                connection.execute(insert(UPSTREAM_CHANGES), rows)
        return serial

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Record, once per claim."""
        with self._database.writing() as connection:
            for refusal in refusals:
                if not self._is_recorded(connection, refusal):
                    connection.execute(
                        insert(UPSTREAM_REFUSALS),
                        {
                            "upstream_id": self._id,
                            "project": refusal.project,
                            "filename": refusal.filename,
                            "reason": refusal.reason,
                            "at": written(refusal.at),
                        },
                    )

    def refusals(self, name: NormalizedName) -> Sequence[Refusal]:
        """Claims that were not taken, oldest first."""
        statement = (
            select(_REFUSALS.project, _REFUSALS.filename, _REFUSALS.reason, _REFUSALS.at)
            .where(_REFUSALS.upstream_id == self._id, _REFUSALS.project == name)
            .order_by(_REFUSALS.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(statement).all()
        return [
            Refusal(project=NormalizedName(project), filename=filename, reason=reason, at=read(at))
            for project, filename, reason, at in rows
        ]

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects whose page is kept."""
        for name, serial in self._ranges.rows(low, below):
            yield ListedProject(name, name, serial)

    def list_mark(self) -> int:
        """Changes with each page that comes or goes, and with each page's serial."""
        row = self._mark.first()
        return int(row[0] or 0) if row else 0

    def listed_since(self, mark: int, most: int) -> Collection[NormalizedName]:
        """Projects for which ``listed`` changed after the mark."""
        return [NormalizedName(row[0]) for row in self._changed.all(after_mark=mark, most=most)]

    def _change(self, change: SeenChange, serial: int | None) -> dict[str, Any]:
        return {
            "upstream_id": self._id,
            "project": change.project,
            "filename": change.filename,
            "serial": serial,
            "at": written(change.at),
            "is_listed": int(change.is_listed),
            "yanked": change.yanked,
        }

    def _row(self, file: SeenFile, serial: int | None) -> dict[str, Any]:
        return {
            "upstream_id": self._id,
            "project": file.project,
            "filename": file.filename,
            "url": file.url,
            "declared": file.declared,
            "sha256": file.sha256,
            "size": file.size,
            "metadata_sha256": file.metadata_sha256,
            "first_seen": written(file.first_seen),
            "upload_time": written_or_none(file.upload_time),
            "requires_python": file.requires_python,
            "yanked": file.yanked,
            "available_at": written_or_none(file.available_at),
            "seen_serial": serial if file.seen_serial is None else file.seen_serial,
        }

    def _is_recorded(self, connection: Connection, refusal: Refusal) -> bool:
        statement = select(_REFUSALS.id).where(
            _REFUSALS.upstream_id == self._id,
            _REFUSALS.project == refusal.project,
            _REFUSALS.filename == refusal.filename,
            _REFUSALS.reason == refusal.reason,
        )
        return connection.execute(statement).first() is not None


def _upstream_id(database: Database, url: str) -> int:
    statement = select(UPSTREAMS.c.id).where(UPSTREAMS.c.url == url)
    with database.writing() as connection:
        found = connection.execute(statement).scalar()
        if found is None:
            connection.execute(insert(UPSTREAMS), {"url": url})
            found = connection.execute(statement).scalar_one()
    return int(found)


def seen_file(row: Sequence[Any]) -> SeenFile:
    """A row of ``FILE_COLUMNS`` as a value."""
    project, filename, url, declared, sha256, size, metadata_sha256, first_seen, *more = row
    upload_time, requires_python, yanked, available_at, seen_serial = more
    return SeenFile(
        project=NormalizedName(project),
        filename=filename,
        url=url,
        declared=declared,
        sha256=sha256,
        size=size,
        metadata_sha256=metadata_sha256,
        first_seen=read(first_seen),
        upload_time=read_or_none(upload_time),
        requires_python=requires_python,
        yanked=yanked,
        available_at=read_or_none(available_at),
        seen_serial=seen_serial,
    )
