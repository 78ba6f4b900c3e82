import pytest

from bodega.adapters.memory.pages import MemoryPageStore
from bodega.content.blob_store import StorageFullError
from bodega.formats.names import NormalizedName
from bodega.index.views import pages_behind
from bodega.index.views.page_store import PageBytes, Variant
from bodega.index.views.pages_behind import PagesBehind


def variant(name):
    return Variant("main", NormalizedName(name), "json", "zstd")


def page(state, size=10):
    return PageBytes(state, f'"{state}"', b"x" * size)


class Later:
    """Holds work until it is done."""

    def __init__(self):
        self.work = []

    def __call__(self, work):
        self.work.append(work)

    def do(self):
        work, self.work = self.work, []
        for one in work:
            one()


@pytest.fixture
def later():
    return Later()


@pytest.fixture
def store():
    return MemoryPageStore()


@pytest.fixture
def pages(store, later):
    return PagesBehind(store, later)


def test_what_was_put_is_there_at_once_and_written_behind(pages, store, later):
    pages.put(variant("a"), page("1"))
    pages.put(variant("b"), page("1"))
    pages.put(variant("a"), page("2"))
    assert pages.get(variant("a")) == page("2")
    assert store.get(variant("a")) is None
    assert len(later.work) == 1
    later.do()
    assert (store.get(variant("a")), store.get(variant("b"))) == (page("2"), page("1"))
    assert pages.get(variant("a")) is store.get(variant("a"))
    pages.put(variant("c"), page("1"))
    later.do()
    assert store.get(variant("c")) is not None


def test_what_is_put_while_others_are_written_is_written_too(later):
    class Slow(MemoryPageStore):
        def put_all(self, some):
            if not self.get(variant("a")):
                pages.put(variant("a"), page("2"))
            super().put_all(some)

    store = Slow()
    pages = PagesBehind(store, later)
    pages.put(variant("a"), page("1"))
    later.do()
    assert store.get(variant("a")) == page("2")
    assert later.work == []


def test_no_more_waits_than_is_allowed(pages, store, later, monkeypatch):
    monkeypatch.setattr(pages_behind, "MOST_WAITING_BYTES", 25)
    for name in "abc":
        pages.put(variant(name), page("1"))
    assert [pages.get(variant(name)) is not None for name in "abc"] == [True, True, False]
    # Of a page that would not fit any more the old state goes all the same.
    pages.put(variant("a"), page("2", size=20))
    assert pages.get(variant("a")) is None
    later.do()
    pages.put(variant("c"), page("1"))
    assert pages.get(variant("c")) == page("1")


def test_what_cannot_be_written_is_forgotten(later):
    class Full(MemoryPageStore):
        def put_all(self, pages):
            raise StorageFullError

    pages = PagesBehind(Full(), later)
    pages.put(variant("a"), page("1"))
    later.do()
    assert pages.get(variant("a")) is None


def test_many_are_written_in_several_goes(pages, store, later):
    many = {variant(f"p{number}"): page("1") for number in range(200)}
    pages.put_all(many)
    later.do()
    assert all(store.get(one) is not None for one in many)
