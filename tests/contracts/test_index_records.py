"""The records of indexes: one suite over SQLite and memory."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bodega.adapters.memory.indexes import MemoryIndexViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.indexes import SqlIndexViews
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.work import BeginWork
from bodega.formats.names import project_name
from bodega.index.views.commands import CreateIndex
from bodega.index.views.model import IndexDefinition
from bodega.index.views.ports import IndexViews

NOW = datetime(2026, 11, 24, tzinfo=UTC)
MADE = CreateIndex(
    name="dev", bases=("b", "a"), upstreams=("u",), is_private=True, closed_after_days=None, by="t"
)


@pytest.fixture(params=["memory", "sqlite"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Any, IndexViews]]:
    if request.param == "memory":
        state = MemoryState()
        yield BeginMemoryWork(state), MemoryIndexViews(state)
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield BeginWork(database), SqlIndexViews(database)
    database.close()


def test_what_is_made_is_read_by_all(house: tuple[Any, IndexViews]) -> None:
    begin, views = house
    assert (dict(views.all()), views.epoch()) == ({}, 0)
    with begin() as work:
        work.indexes.add(MADE, lambda: NOW)
        work.indexes.add(CreateIndex(name="plain", by="t"), lambda: NOW)
        assert set(work.indexes.all()) == {"dev", "plain"}
    assert views.all() == {
        "dev": IndexDefinition(
            name="dev", bases=("b", "a"), upstreams=("u",), is_private=True, closed_after_days=None
        ),
        "plain": IndexDefinition(name="plain"),
    }
    before = views.epoch()
    with begin() as work:
        work.indexes.remove("dev")
    assert (set(views.all()), views.epoch() > before > 0) == ({"plain"}, True)


def test_projects_keep_an_index(house: tuple[Any, IndexViews]) -> None:
    begin, views = house
    with begin() as work:
        work.indexes.add(MADE, lambda: NOW)
        assert not work.indexes.has_projects("dev")
        work.catalog.claim("dev", project_name("a"), serial=1, at=NOW, by="t")
        assert work.indexes.has_projects("dev")
        assert not work.indexes.has_projects("main")
    assert views.granted("dev") == frozenset()
