import pytest

from bodega.formats.names import NormalizedName
from bodega.index.catalog.errors import ProjectQuarantinedError
from bodega.index.catalog.views import Standing
from bodega.index.views.quarantined_index import QuarantinedIndex
from support.views import SetView

A, B = NormalizedName("a"), NormalizedName("b")


class Catalog:
    def __init__(self, **standings):
        self.standings = standings

    def standing(self, name):
        return self.standings.get(name)


class File:
    project = A
    filename = "a-1.0.tar.gz"


@pytest.fixture
def beneath():
    view = SetView("a", "b")
    view.put("a", "a-1.0.tar.gz")
    view.file_found = File()
    return view


def test_a_quarantined_project_offers_nothing_and_says_why(beneath):
    view = QuarantinedIndex(beneath, [Catalog(), Catalog(a=Standing("quarantined", "malware"))])
    tag, page = view.page(A)
    assert (page.files, page.versions, page.status, page.status_reason) == ((), (), "quarantined", "malware")
    assert tag == beneath.tag(A) == view.tag(A) == view.at_once(A).tag
    with pytest.raises(ProjectQuarantinedError) as refused:
        view.file("ab", "a-1.0.tar.gz")
    assert (refused.value.what, refused.value.why) == ("a is quarantined", "malware")


OTHERS = [None, *(Standing(one, "x") for one in ("active", "archived", "deprecated"))]


@pytest.mark.parametrize("standing", OTHERS)
def test_what_is_not_quarantined_is_as_it_is_beneath(beneath, standing):
    view = QuarantinedIndex(beneath, [Catalog(a=standing, b=Standing("quarantined", None))])
    assert view.page(A) == beneath.page(A)
    assert view.file("ab", "a-1.0.tar.gz") is beneath.file_found
    assert (list(view.listed()), view.list_mark()) == (list(beneath.listed()), beneath.list_mark())
    assert view.listed_since(view.list_mark(), 9) is None


def test_what_is_not_there_is_not_there(beneath):
    view = QuarantinedIndex(beneath, [Catalog(c=Standing("quarantined", None))])
    beneath.file_found = None
    assert (view.page(NormalizedName("c")), view.file("ab", "c-1.0.tar.gz")) == (None, None)
