from datetime import UTC, datetime

import pytest

from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamUnavailableError
from bodega.index.views.errors import FileGoneError
from bodega.index.views.index_view import PageTag
from bodega.index.views.merged_index import MergedIndex
from support.views import SetView

A, B, C = (NormalizedName(name) for name in "abc")


class Silent(SetView):
    def page(self, name):
        raise UpstreamUnavailableError(name, "no answer")


def names(page):
    return [file.filename for file in page[1].files]


def test_files_of_all_are_seen_and_of_one_name_the_first():
    ours, base = SetView("a"), SetView("a", "b")
    ours.put("a", "a-2.0.tar.gz", "A.B-1.0.tar.gz")
    base.put("a", "a-1.0.tar.gz", "a_b-1.0.tar.gz", "a-2.0.tar.gz")
    base.put("b", "b-1.0.tar.gz")
    view = MergedIndex([ours, base])
    assert names(view.page(A)) == ["a-2.0.tar.gz", "A.B-1.0.tar.gz", "a-1.0.tar.gz"]
    assert names(view.page(B)) == ["b-1.0.tar.gz"]
    assert (view.page(C), view.tag(C), view.at_once(C).tag, view.at_once(C).sure) == (None, None, None, True)


def test_a_change_of_any_part_changes_the_tag():
    ours, base = SetView("a"), SetView("a")
    view = MergedIndex([ours, base])
    tags = {view.tag(A).fingerprint}
    for part in (ours, base):
        part.state = "2"
        tags.add(view.tag(A).fingerprint)
        assert view.at_once(A).tag == view.tag(A) == view.page(A)[0]
    assert len(tags) == 3
    assert MergedIndex([ours, SetView()]).tag(A) == PageTag("2", 30.0)


def test_one_part_that_is_unsure_makes_all_unsure():
    assert not MergedIndex([SetView("a"), SetView(unsure=("a",))]).at_once(A).sure


def test_a_silent_part_is_left_out_where_another_has_the_project():
    assert MergedIndex([SetView("a"), Silent()]).page(A) is not None
    with pytest.raises(UpstreamUnavailableError):
        MergedIndex([SetView("a"), Silent()]).page(B)


def test_lists_and_files_of_all():
    ours, base = SetView("b"), SetView("a", "b")
    base.file_found = "the file"
    view = MergedIndex([ours, base])
    assert [project.name for project in view.listed()] == ["a", "b"]
    assert [project.name for project in view.listed("b")] == ["b"]
    assert view.listed_since(view.list_mark(), 9) is None
    assert view.file("ab", "f") == "the file"
    before = view.list_mark()
    base.state = "2"
    assert view.list_mark() != before


class Gone(SetView):
    def file(self, key, filename):
        raise FileGoneError(filename, datetime(2026, 1, 2, tzinfo=UTC))


def test_a_file_deleted_in_one_part_is_that_of_another_or_gone():
    base = SetView("a")
    base.file_found = "the file"
    assert MergedIndex([Gone(), base]).file("ab", "f") == "the file"
    with pytest.raises(FileGoneError):
        MergedIndex([Gone(), SetView("a")]).file("ab", "f")
