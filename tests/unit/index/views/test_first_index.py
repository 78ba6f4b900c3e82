from bodega.formats.names import NormalizedName
from bodega.index.views.first_index import FirstIndex
from support.views import SetView

A, B, C = (NormalizedName(name) for name in "abc")


def test_the_first_that_has_a_name_owns_it():
    ours, upstream = SetView("a"), SetView("a", "b")
    ours.put("a", "a-1.0.tar.gz")
    upstream.put("a", "a-99.0.tar.gz")
    view = FirstIndex([ours, upstream])
    assert [file.filename for file in view.page(A)[1].files] == ["a-1.0.tar.gz"]
    assert view.page(B) is not None
    assert upstream.rendered == 1  # for b alone
    assert (view.page(C), view.tag(C), view.at_once(C).tag) == (None, None, None)
    assert view.at_once(C).sure


def test_a_later_one_is_not_asked_while_an_earlier_one_is_unsure():
    view = FirstIndex([SetView(unsure=("a",)), SetView("a")])
    assert not view.at_once(A).sure
    assert view.tag(A) is not None


def test_an_unsure_later_one_does_not_matter_for_what_the_first_has():
    view = FirstIndex([SetView("a"), SetView(unsure=("a", "b"))])
    assert view.at_once(A).tag is not None
    assert not view.at_once(B).sure


def test_lists_are_merged_by_normalized_name():
    ours, upstream = SetView("Zope.Interface", "b"), SetView("zope-interface", "a")
    view = FirstIndex([ours, upstream])
    assert [project.typed for project in view.listed()] == ["a", "b", "Zope.Interface"]
    assert view.list_mark().serial == 7
    assert view.listed_since(view.list_mark(), 9) is None


def test_the_lists_tag_changes_with_either():
    ours, upstream = SetView(), SetView()
    view = FirstIndex([ours, upstream])
    tags = {view.list_mark()}
    ours.state = "2"
    tags.add(view.list_mark())
    upstream.state = "2"
    tags.add(view.list_mark())
    assert len(tags) == 3


class File:
    def __init__(self, project, filename="f"):
        self.project = NormalizedName(project)
        self.filename = filename


def test_files_are_found_unless_their_name_is_owned_by_another():
    ours, upstream = SetView("a"), SetView("a", "b")
    upstream.file_found = File("b")
    assert FirstIndex([ours, upstream]).file("ab", "f") is upstream.file_found
    assert FirstIndex([ours]).file("ab", "f") is None
    upstream.file_found = File("a")
    assert FirstIndex([ours, upstream]).file("ab", "f") is None
    upstream.file_found = File("b", "a-1.0-py3-none-any.whl")
    assert FirstIndex([ours, upstream]).file("ab", "f") is None
    assert FirstIndex([ours, upstream], {"a"}).file("ab", "f") is upstream.file_found
    ours.file_found = File("a")
    assert FirstIndex([ours, upstream]).file("ab", "f") is ours.file_found


def test_a_granted_name_is_mixed_and_no_other():
    ours, upstream = SetView("a", "b"), SetView("a", "b")
    for view in (ours, upstream):
        view.put("a", f"a-{id(view)}.tar.gz")
        view.put("b", f"b-{id(view)}.tar.gz")
    upstream.file_found = File("a")
    view = FirstIndex([ours, upstream], {"a"})
    assert (len(view.page(A)[1].files), len(view.page(B)[1].files)) == (2, 1)
    assert view.at_once(A).tag == view.tag(A) == view.page(A)[0] != view.tag(B)
    assert view.file("ab", "f") is upstream.file_found
