import pytest

from bodega.formats.names import NormalizedName
from bodega.index.views.namesake_index import NamesakeIndex
from support.views import SetView

A, B = NormalizedName("a"), NormalizedName("b")
OURS, THEIRS = "a-1.0.tar.gz", "a-2.0.tar.gz"


class Catalog:
    def has_used(self, filename):
        return filename == OURS


class File:
    project = A


@pytest.fixture
def beneath():
    view = SetView("a", "b")
    view.put("a", OURS, THEIRS)
    view.put("b", OURS)
    view.file_found = File()
    return view


def names(found):
    return [file.filename for file in found[1].files]


def test_a_granted_namesake_never_comes_under_our_file_names(beneath):
    view = NamesakeIndex(beneath, [Catalog()], {"a"})
    assert names(view.page(A)) == [THEIRS]
    assert view.file("ab", OURS) is None
    assert view.file("ab", THEIRS) is beneath.file_found
    assert view.page(A)[0] == view.tag(A) == view.at_once(A).tag == beneath.tag(A)


def test_other_names_are_as_they_are_beneath(beneath):
    view = NamesakeIndex(beneath, [Catalog()], {"b"})
    assert view.page(A) == beneath.page(A)
    assert view.file("ab", OURS) is beneath.file_found
    assert view.page(NormalizedName("c")) is None
    assert (list(view.listed()), view.list_mark()) == (list(beneath.listed()), beneath.list_mark())
    assert view.listed_since(view.list_mark(), 9) is None


def test_what_is_not_there_is_not_there(beneath):
    beneath.file_found = None
    assert NamesakeIndex(beneath, [Catalog()], {"a"}).file("ab", THEIRS) is None
