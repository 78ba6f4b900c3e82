import json

import pytest

from bodega.adapters.memory.pages import MemoryPageStore
from bodega.formats.names import NormalizedName
from bodega.index.views.rendered_pages import RenderedPages
from bodega.simple_api.codings import decode
from support.views import SetView

A = NormalizedName("a")


@pytest.fixture
def view():
    return SetView("a")


@pytest.fixture
def pages(view):
    return RenderedPages("main", view, MemoryPageStore())


def test_a_page_is_rendered_once_for_all_its_codings(pages, view):
    assert pages.at_once(A, "json", "identity") is None
    bodies = {coding: pages.page(A, "json", coding)[1] for coding in ("gzip", "identity", "zstd")}
    assert len({decode(page.body, coding) for coding, page in bodies.items()}) == 1
    assert len({page.etag for page in bodies.values()}) == 3
    assert view.rendered == 1
    for coding, page in bodies.items():
        assert pages.at_once(A, "json", coding)[1] is page
    pages.page(A, "html", "zstd")
    assert view.rendered == 2


def test_it_is_valid_while_the_tag_is_the_same(pages, view):
    before = pages.page(A, "json", "identity")[1]
    view.put("a", "a-1.0.tar.gz")
    view.state = "2"
    assert pages.at_once(A, "json", "identity") is None
    after = pages.page(A, "json", "identity")[1]
    assert after.etag != before.etag
    assert (len(json.loads(after.body)["files"]), after.serial) == (1, 3)


def test_the_etag_is_that_of_the_content(pages, view):
    before = pages.page(A, "json", "identity")[1]
    view.state = "2"
    assert pages.page(A, "json", "identity")[1].etag == before.etag


def test_kept_bytes_outlive_the_process(view):
    store = MemoryPageStore()
    first = RenderedPages("main", view, store).page(A, "json", "gzip")
    again = RenderedPages("main", view, store)
    assert again.page(A, "json", "gzip") == first
    assert again.page(A, "json", "identity") is not None
    assert view.rendered == 1


def test_unknown_projects(pages, view):
    assert pages.page(NormalizedName("b"), "json", "identity") is None
    assert pages.at_once(NormalizedName("b"), "json", "identity") is None


def test_memory_is_bounded(view):
    view.put("b")
    pages = RenderedPages("main", view, MemoryPageStore(), memory_bytes=2600)
    for name in ("a", "b"):
        for coding in ("identity", "gzip"):
            pages.page(NormalizedName(name), "html", coding)
    assert pages.at_once(A, "html", "identity") is None
    assert pages.at_once(NormalizedName("b"), "html", "gzip") is not None
