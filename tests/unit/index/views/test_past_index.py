import pytest

from bodega.formats.names import NormalizedName
from bodega.index.views.errors import ProjectUnknownThenError
from bodega.index.views.index_view import ListMark
from bodega.index.views.moments import Moment
from bodega.index.views.past_index import PastIndex, PastUpstreamIndex
from bodega.simple_api.pages import ListedProject, ProjectPage
from support.views import SetView

A, B, C = (NormalizedName(name) for name in "abc")


class Pages:
    def page(self, name):
        return ProjectPage(name=A, files=(), serial=4) if name == A else None

    def unknown_before(self, name):
        return "unknown before serial 9" if name == B else None

    def names(self, low, below):
        return iter((A,))


class File:
    project, seen_serial = A, 4


def test_an_upstream_then_never_changes_and_gives_files_that_were_seen():
    today = SetView()
    today.file_found = File()
    for serial, found in ((5, today.file_found), (3, None)):
        view = PastUpstreamIndex(Pages(), today, serial, lambda page: page)
        assert view.file("ab", "f") is found
    assert view.page(A)[0] == view.tag(A)
    assert (view.page(B), view.tag(B), view.at_once(A).sure) == (None, None, False)
    assert (list(view.listed()), view.list_mark()) == ([ListedProject(A, "a")], ListMark(serial=3))
    assert view.listed_since(view.list_mark(), 9) is None


def test_an_unknown_project_is_explained_where_an_upstream_was_seen_to_have_it_later():
    pages, files = SetView("a"), SetView()
    files.file_found = File()
    view = PastIndex(pages, files, [Pages()], Moment("main", 7))
    assert view.file("ab", "f") is files.file_found
    assert view.page(A) is not None
    assert view.at_once(A).sure
    assert not view.at_once(B).sure
    for ask in (view.page, view.tag):
        assert ask(C) is None
        with pytest.raises(ProjectUnknownThenError, match="serial 7"):
            ask(B)
    assert view.list_mark() == ListMark(serial=7)
    assert [project.name for project in view.listed()] == ["a"]
    assert view.listed_since(view.list_mark(), 9) is None
