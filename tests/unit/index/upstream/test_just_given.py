from bodega.formats.names import NormalizedName
from bodega.index.upstream.just_given import JustGiven
from bodega.simple_api.pages import ProjectPage

A, B, C = (NormalizedName(name) for name in "abc")


def page(name):
    return ProjectPage(name=name, files=())


def test_a_page_is_for_one_reader():
    given, held = JustGiven(), page(A)
    given.put(held, "f")
    assert given.take(B, "f") is None
    assert given.take(A, "f") is held
    assert given.take(A, "f") is None


def test_another_state_is_not_given():
    given = JustGiven()
    given.put(page(A), "old")
    assert given.take(A, "new") is None
    assert given.take(A, "old") is None


def test_few_are_held():
    given = JustGiven(most=2)
    for name in (A, B, A, C):
        given.put(page(name), "f")
    assert [given.take(name, "f") is not None for name in (A, B, C)] == [True, False, True]
