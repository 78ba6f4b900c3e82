"""What every store of rendered pages promises."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bodega.adapters.memory.pages import MemoryPageStore
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.pages import SqlPageStore
from bodega.formats.names import NormalizedName
from bodega.index.views.page_store import PageBytes, PageStore, Variant
from bodega.index.views.pages_behind import PagesBehind

VARIANT = Variant("main", NormalizedName("flask"), "json", "zstd")


def later(_work: object) -> None:
    """What is behind is never done."""


@pytest.fixture(params=["memory", "sql", "behind", "far behind"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[PageStore]:
    if request.param == "memory":
        yield MemoryPageStore()
        return
    database = Database(f"sqlite:///{tmp_path}/bodega.db")
    migrate(database)
    kept = SqlPageStore(database)
    behind = PagesBehind(kept, later if request.param == "far behind" else lambda work: work())
    yield kept if request.param == "sql" else behind
    database.close()


def test_the_last_bytes_of_a_variant_come_back(store: PageStore) -> None:
    assert store.get(VARIANT) is None
    first, second = PageBytes("f1", '"e1"', b"\x00one", 4), PageBytes("f2", '"e2"', b"two")
    store.put(VARIANT, first)
    assert store.get(VARIANT) == first
    store.put(VARIANT, second)
    assert store.get(VARIANT) == second
    third = PageBytes("f3", '"e3"', b"three", valid_until=1_795_000_000.25)
    store.put(VARIANT, third)
    assert store.get(VARIANT) == third


@pytest.mark.parametrize(
    "other",
    [
        VARIANT._replace(view="other"),
        VARIANT._replace(name=NormalizedName("django")),
        VARIANT._replace(form="html"),
        VARIANT._replace(coding="gzip"),
    ],
)
def test_variants_do_not_mix(store: PageStore, other: Variant) -> None:
    store.put(VARIANT, PageBytes("f1", '"e1"', b"one"))
    assert store.get(other) is None


def test_several_are_put_at_once(store: PageStore) -> None:
    other = VARIANT._replace(form="html")
    store.put(VARIANT, PageBytes("f1", '"e1"', b"one"))
    pages = {VARIANT: PageBytes("f2", '"e2"', b"two", 4, 5.5), other: PageBytes("f3", '"e3"', b"three")}
    store.put_all(pages)
    assert {variant: store.get(variant) for variant in pages} == pages
