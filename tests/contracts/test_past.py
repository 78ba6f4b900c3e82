"""What was, by serial: the catalogue and upstreams in the database, after all that can happen to them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bodega.adapters.sql.catalog_past import SqlCatalogPast
from bodega.adapters.sql.counters import SqlSerials
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.schema import FILES, SERIAL_DAYS, YANKS
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.adapters.sql.upstream_past import SqlUpstreamPast
from bodega.adapters.sql.work import BeginWork
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName, project_name
from bodega.index.catalog.model import PublishedFile
from bodega.index.upstream.model import SeenChange, SeenFile
from bodega.simple_api.pages import ListedProject

NOW = datetime(2026, 11, 24, tzinfo=UTC)
A, B = NormalizedName("a"), NormalizedName("b")
URL = "https://index.example.org/simple/"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield database
    database.close()


def publish(database: Database, version: str) -> int:
    with BeginWork(database)() as work:
        serial = work.catalog.next_serial()
        project = work.catalog.project("main", A) or work.catalog.claim(
            "main", project_name("A"), serial=serial, at=NOW, by="t"
        )
        file = PublishedFile(
            filename=f"a-{version}.tar.gz",
            kind="sdist",
            digest=sha256_of(version.encode()),
            size=3,
            upload_time=NOW,
            requires_python=None,
            metadata=None,
            serial=serial,
            by="t",
        )
        work.catalog.add_file(project, version, file)
        work.catalog.touch(project, serial)
    return serial


def change(database: Database, filename: str, **values: object) -> int:
    """What a yank or a delete writes."""
    with BeginWork(database)() as work:
        serial = work.catalog.next_serial()
    with database.writing() as connection:
        of_file = FILES.c.filename == filename
        if "yanked" in values:
            file_id = connection.execute(select(FILES.c.id).where(of_file)).scalar_one()
            row = {"file_id": file_id, "serial": serial, "at": "now", "yanked": values["yanked"]}
            connection.execute(insert(YANKS), row)
            connection.execute(update(FILES).where(of_file).values(yanked=values["yanked"]))
        else:
            connection.execute(
                update(FILES)
                .where(of_file)
                .values(deleted_serial=serial, deleted_at="2026-11-24T00:00:00.000000Z")
            )
    return serial


def shown(database: Database, serial: int) -> list[tuple[str, str | None]] | None:
    page = SqlCatalogPast(database, "main", serial).project_page(A)
    return None if page is None else [(file.filename, file.yanked) for file in page.files]


def test_the_catalogue_then(database: Database) -> None:
    first, second = publish(database, "1.0"), publish(database, "1.1")
    yanked = change(database, "a-1.0.tar.gz", yanked="bad")
    back = change(database, "a-1.0.tar.gz", yanked=None)
    gone = change(database, "a-1.1.tar.gz")
    one, two = "a-1.0.tar.gz", "a-1.1.tar.gz"
    assert [shown(database, serial) for serial in (first - 1, first, second, yanked, back, gone)] == [
        None,
        [(one, None)],
        [(one, None), (two, None)],
        [(one, "bad"), (two, None)],
        [(one, None), (two, None)],
        [(one, None)],
    ]
    past = SqlCatalogPast(database, "main", second)
    assert (past.project_serial(A), past.last_serial()) == (second, second)
    assert list(past.listed()) == [ListedProject(A, "A", second)]
    assert (list(past.listed("a", "b")), list(past.listed("b"))) == ([*past.listed()], [])
    assert past.file(sha256_of(b"1.0"), one) is not None
    assert (past.has_used(two), SqlCatalogPast(database, "main", first).has_used(two)) == (True, False)
    # Its bytes may be gone, which readers are told.
    deleted = past.file(sha256_of(b"1.1"), two)
    assert deleted is not None
    assert deleted.deleted_at is not None
    before = SqlCatalogPast(database, "main", first - 1)
    assert (list(before.listed()), before.file(sha256_of(b"1.0"), one)) == ([], None)
    assert SqlCatalogPast(database, "other", gone).project_page(A) is None


def test_an_upstream_then(database: Database) -> None:
    records = SqlUpstreamRecords(database, URL)
    one, two = (
        SeenFile(project=A, filename=f"a-{number}.tar.gz", url="u", first_seen=NOW, sha256=number * 64)
        for number in "12"
    )
    serials = [
        records.learn([one]),
        records.learn([two]),
        records.learn([], [changed(one, is_listed=True, yanked="bad")]),
        records.learn([], [changed(one, is_listed=False, yanked="bad")]),
        records.learn([], [changed(one, is_listed=True, yanked=None)]),
    ]
    first = serials[0] or 0
    listed = {
        serial: [(file.filename, file.yanked) for file in SqlUpstreamPast(database, URL, serial).listed(A)]
        for serial in (first - 1, *(serial or 0 for serial in serials))
    }
    assert list(listed.values()) == [
        [],
        [(one.filename, None)],
        [(one.filename, None), (two.filename, None)],
        [(one.filename, "bad"), (two.filename, None)],
        [(two.filename, None)],
        [(one.filename, None), (two.filename, None)],
    ]
    past = SqlUpstreamPast(database, URL, first)
    assert (list(past.names()), past.first_sight(A), past.first_sight(B)) == ([A], (first, NOW), None)
    assert (list(past.names("a", "b")), list(past.names("b"))) == ([A], [])
    assert list(SqlUpstreamPast(database, URL, first - 1).names()) == []
    assert SqlUpstreamPast(database, "https://other.example.org/", first).listed(A) == []


def changed(file: SeenFile, *, is_listed: bool, yanked: str | None) -> SeenChange:
    return SeenChange(project=A, filename=file.filename, is_listed=is_listed, yanked=yanked, at=NOW)


def test_days_are_found_by_their_first_serial(database: Database) -> None:
    serials = SqlSerials(database)
    today = datetime.now(UTC).date()
    assert (serials.last(), serials.last_before(today)) == (0, 0)
    publish(database, "1.0")
    assert (serials.last(), serials.last_before(today)) == (1, 0)
    assert serials.last_before(today + timedelta(days=2)) == 1
    with database.writing() as connection:
        connection.execute(insert(SERIAL_DAYS), {"day": "2020-01-05", "first_serial": 1})
    assert serials.last_before(date(2020, 1, 5)) == 0
    assert serials.last_before(date(2020, 1, 6)) == 0
    publish(database, "1.1")
    assert serials.last_before(today + timedelta(days=1)) == 2
