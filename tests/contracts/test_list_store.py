"""What every store of project lists promises."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.adapters.memory.lists import MemoryListStore
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.lists import SqlListStore
from bodega.adapters.sql.migrate import migrate
from bodega.index.views.index_view import ListMark
from bodega.index.views.list_store import Frame, KeptList, ListKey, ListStore
from bodega.simple_api.pieces import piece

KEY = ListKey("main", "json")
FRAMES = (Frame("", 2, piece(b"a,b")), Frame("c", 1, piece(b"c")), Frame("d", 1, piece(b"d")))
KEPT = KeptList("own", ListMark(3, 4, "rules"), FRAMES)


@pytest.fixture(params=["memory", "sql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ListStore]:
    if request.param == "memory":
        yield MemoryListStore()
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    yield SqlListStore(database)
    database.close()


def loaded(store: ListStore, key: ListKey = KEY) -> KeptList | None:
    kept = store.load(key)
    return None if kept is None else replace(kept, frames=tuple(kept.frames))


def test_the_list_that_was_kept_last_comes_back(store: ListStore) -> None:
    assert loaded(store) is None
    store.keep(KEY, KEPT)
    assert loaded(store) == KEPT
    store.keep(KEY, KEPT)
    assert loaded(store) == KEPT


def test_frames_come_go_and_change(store: ListStore) -> None:
    store.keep(KEY, KEPT)
    changed = (FRAMES[0], Frame("c", 3, piece(b"c,cc,ccc")), Frame("e", 1, piece(b"e")))
    later = KeptList("own and more", ListMark(5, 6), changed)
    store.keep(KEY, later)
    assert loaded(store) == later


def test_lists_do_not_mix(store: ListStore) -> None:
    others = (KEY._replace(view="other"), KEY._replace(form="html"))
    other = KeptList("other", ListMark(1), FRAMES[:1])
    store.keep(KEY, KEPT)
    for key in others:
        store.keep(key, other)
    assert [loaded(store, key) for key in (KEY, *others)] == [KEPT, other, other]
