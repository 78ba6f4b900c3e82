"""The catalogue in SQL, where it reaches beyond what the contract with its fake can say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select

from bodega.adapters.sql.catalog_repository import SqlCatalog
from bodega.adapters.sql.counters import EPOCH
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.schema import COUNTERS, FILES, YANKS
from bodega.adapters.sql.times import written
from bodega.adapters.sql.upstream_tables import UPSTREAM_FILES, UPSTREAMS
from bodega.adapters.sql.view_tables import INDEXES
from bodega.adapters.sql.work import BeginWork, SqlWork
from bodega.formats.digests import sha256_of
from bodega.formats.names import project_name
from bodega.index.catalog.model import Project, PublishedFile

NOW = datetime(2026, 1, 2, tzinfo=UTC)
WHEEL = "a-1.0-py3-none-any.whl"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(made)
    yield made
    made.close()


def publish(work: SqlWork) -> Project:
    project = work.catalog.claim("main", project_name("a"), serial=1, at=NOW, by="t")
    file = PublishedFile(
        filename=WHEEL,
        kind="wheel",
        digest=sha256_of(b"wheel"),
        size=5,
        upload_time=NOW,
        requires_python=None,
        metadata=None,
        serial=1,
        by="t",
    )
    work.catalog.add_file(project, "1.0", file)
    return project


def test_bytes_that_are_kept_of_an_upstream_are_used(database: Database) -> None:
    with database.writing() as connection:
        upstream = connection.execute(insert(UPSTREAMS).values(url="https://up.example/simple/"))
        connection.execute(
            insert(UPSTREAM_FILES).values(
                upstream_id=upstream.inserted_primary_key[0],
                project="a",
                filename=WHEEL,
                url="https://up.example/a",
                sha256=sha256_of(b"theirs").value,
                metadata_sha256=sha256_of(b"their metadata").value,
                first_seen=written(NOW),
            )
        )
    with BeginWork(database)() as work:
        assert work.catalog.uses(sha256_of(b"theirs"))
        assert work.catalog.uses(sha256_of(b"their metadata"))
        assert not work.catalog.uses(sha256_of(b"nobody's"))


def test_whether_bytes_are_used_is_looked_up_and_never_scanned(database: Database) -> None:
    """A deletion asks it inside a transaction, for which every other writer waits."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with database.writing() as connection:
        event.listen(connection, "before_cursor_execute", lambda *each: asked.append((each[2], each[3])))
        assert not SqlCatalog(connection).uses(sha256_of(b"nobody's"))
    assert len(asked) == 5
    with database.reading() as connection:
        for sql, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
            assert all("SEARCH" in row[-1] for row in plan), (sql, plan)


def test_every_change_of_a_mark_is_kept_with_its_serial(database: Database) -> None:
    with BeginWork(database)() as work:
        project = publish(work)
        for serial, yanked in ((2, "broken"), (3, None), (4, "")):
            work.catalog.mark(project, WHEEL, yanked, serial=serial, at=NOW)
    with database.reading() as connection:
        rows = connection.execute(
            select(YANKS.c.serial, YANKS.c.yanked, YANKS.c.at).order_by(YANKS.c.id)
        ).all()
    assert [tuple(row) for row in rows] == [
        (2, "broken", written(NOW)),
        (3, None, written(NOW)),
        (4, "", written(NOW)),
    ]


def test_a_deleted_file_stays_as_a_row_with_its_serial(database: Database) -> None:
    with BeginWork(database)() as work:
        work.catalog.delete_file(publish(work), WHEEL, serial=7, at=NOW)
    with database.reading() as connection:
        row = connection.execute(select(FILES)).one()
    assert (row.deleted_serial, row.deleted_at, row.sha256) == (7, written(NOW), sha256_of(b"wheel").value)


def test_a_grant_counts_the_epoch_up(database: Database) -> None:
    epoch = select(COUNTERS.c.value).where(COUNTERS.c.name == EPOCH)
    with BeginWork(database)() as work:
        project = publish(work)
    with database.reading() as connection:
        before = connection.execute(epoch).scalar_one()
    with BeginWork(database)() as work:
        work.catalog.grant_upstream(project)
    with database.reading() as connection:
        assert connection.execute(epoch).scalar_one() == before + 1


@pytest.mark.parametrize("days", [3, None])
def test_an_index_says_when_its_releases_are_closed(database: Database, days: int | None) -> None:
    with database.writing() as connection:
        connection.execute(
            insert(INDEXES).values(
                name="dev",
                bases="[]",
                is_private=0,
                closed_after_days=days,
                created_at=written(NOW),
                created_by="t",
            )
        )
    with BeginWork(database)() as work:
        assert (work.catalog.closed_after("dev"), work.catalog.closed_after("main")) == (days, 14)
