"""Absolute URLs of provenance on pages."""

from bodega.formats.names import NormalizedName
from bodega.index.views.provenance_urls import ProvenanceUrls
from support.memory_index import file, page
from support.views import SetView

A = NormalizedName("a")


def test_files_with_provenance_say_where_it_is() -> None:
    inner = SetView("a")
    attested = file("a-1.0.tar.gz", url="../../files/ab/a-1.0.tar.gz", provenance_sha256="cd" * 32)
    plain = file("a-1.1.tar.gz", url="../../files/ef/a-1.1.tar.gz")
    upstream = file("a-2.tar.gz", provenance="https://elsewhere.example/p")
    inner.pages[A] = page("a", attested, plain, upstream)
    view = ProvenanceUrls(inner, "https://index.example.org/index/team/")
    found = view.page(A)
    assert found is not None
    tag, shown = found
    urls = [one.provenance for one in shown.files]
    assert urls == [
        "https://index.example.org/index/team/files/ab/a-1.0.tar.gz.provenance",
        None,
        "https://elsewhere.example/p",
    ]
    assert view.tag(A) == tag
    assert view.list_mark() == inner.list_mark()
    assert list(view.listed()) == list(inner.listed())


def test_a_page_for_another_root_is_another_page() -> None:
    inner = SetView("a")
    inner.pages[A] = page("a")
    one, other = (ProvenanceUrls(inner, f"https://{host}/").tag(A) for host in ("one", "other"))
    assert one is not None
    assert one != other
    assert one != inner.tag(A)
    assert ProvenanceUrls(inner, "https://one/").at_once(A).tag in (one, None)
    assert ProvenanceUrls(inner, "https://one/").tag(NormalizedName("b")) is None
    assert ProvenanceUrls(inner, "https://one/").page(NormalizedName("b")) is None
