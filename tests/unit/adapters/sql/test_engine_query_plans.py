"""No hot look-up walks through a table: the plan of every prepared statement goes by an index."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bodega.adapters.sql.accounts import SqlTokenViews
from bodega.adapters.sql.catalog_past import SqlCatalogPast
from bodega.adapters.sql.catalog_views import SqlCatalogViews
from bodega.adapters.sql.counters import SqlSerials
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.indexes import SqlIndexViews
from bodega.adapters.sql.lists import SqlListStore
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.pages import SqlPageStore
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.adapters.sql.upstream_past import SqlUpstreamPast

#: Tables of a handful of rows, read whole and on purpose.
SMALL = ("SCAN indexes", "SCAN tokens")


class Noting(Database):
    """Notes every statement that is prepared for a hot route."""

    def __init__(self, url: str) -> None:
        self.prepared: list[str] = []
        super().__init__(url)

    def prepare(self, statement):  # type: ignore[no-untyped-def]
        self.prepared.append(str(statement.compile(dialect=self._readers.dialect)))
        return super().prepare(statement)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Noting]:
    database = Noting(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    SqlCatalogViews(database, "main")
    SqlCatalogPast(database, "main", 3)
    SqlUpstreamPast(database, "https://index.example.org/simple/", 3)
    SqlSerials(database)
    SqlUpstreamRecords(database, "https://index.example.org/simple/")
    SqlPageStore(database)
    SqlListStore(database)
    SqlIndexViews(database)
    SqlTokenViews(database)
    yield database
    database.close()


def plan(database: Database, sql: str) -> list[str]:
    with database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("x",) * sql.count("?")).all()
    return [str(row[-1]) for row in rows]


def test_hot_look_ups_go_by_an_index_and_sort_nothing(database: Noting) -> None:
    assert len(database.prepared) > 15
    for sql in database.prepared:
        steps = plan(database, sql)
        if steps[0] not in SMALL:
            # The files of one project may be sorted.
            is_of_one = "AND project=?" in steps[0]
            bad = [step for step in steps if step.startswith("SCAN") or ("B-TREE" in step and not is_of_one)]
            assert bad == [], f"{sql}\n" + "\n".join(steps)


def test_projects_mixed_with_their_namesakes_are_not_looked_for_among_all(database: Noting) -> None:
    (sql,) = (sql for sql in database.prepared if "mixes_upstream = 1" in sql)
    assert plan(database, sql) == ["SEARCH projects USING INDEX projects_mixing (index_name=?)"]


def test_a_walk_is_seen(database: Noting) -> None:
    assert plan(database, "SELECT * FROM files WHERE size = ?") == ["SCAN files"]


def test_what_an_upload_asks_goes_by_an_index(database: Noting) -> None:
    for sql in (
        "SELECT id FROM files WHERE sha256 = ? OR metadata_sha256 = ?",
        "SELECT sha256 FROM filenames WHERE index_name = ? AND identity = ?",
        "SELECT id FROM files WHERE project_id = ? AND filename = ?",
        "SELECT id FROM releases WHERE project_id = ? AND version = ?",
        "SELECT seq FROM outbox WHERE done_at IS NULL ORDER BY seq",
    ):
        assert not any(
            step.startswith("SCAN") and "outbox_pending" not in step for step in plan(database, sql)
        )
