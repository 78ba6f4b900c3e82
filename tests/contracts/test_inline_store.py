"""What every store of inline metadata promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bodega.adapters.memory.inline import MemoryInlineStore
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.inline import SqlInlineStore
from bodega.adapters.sql.migrate import migrate
from bodega.formats.names import NormalizedName
from bodega.index.views.inline_metadata import InlineStore
from bodega.simple_api.pages import InlineMetadata

FLASK, DJANGO = NormalizedName("flask"), NormalizedName("django")
TOLD = InlineMetadata(("werkzeug>=3",), ">=3.9", ("async",))
A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[InlineStore]:
    if request.param == "memory":
        yield MemoryInlineStore()
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield SqlInlineStore(database)
    database.close()


def test_what_was_read_comes_back(store: InlineStore) -> None:
    assert store.of(FLASK) == {}
    store.add(FLASK, {A: TOLD, B: None})
    assert store.of(FLASK) == {A: TOLD, B: None}
    assert store.of(DJANGO) == {}


def test_what_is_read_later_stands_beside_it(store: InlineStore) -> None:
    store.add(FLASK, {A: TOLD})
    store.add(FLASK, {B: TOLD, C: InlineMetadata()})
    known = store.of(FLASK)
    assert known == {A: TOLD, B: TOLD, C: InlineMetadata()}
    assert known[A] is known[B] or isinstance(store, MemoryInlineStore)
