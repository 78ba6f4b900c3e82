from bodega.index.views.lists import merged_list
from bodega.simple_api.pages import ProjectList


def test_lists_are_merged_by_normalized_name_as_the_first_writes_it():
    ours = ProjectList(("b", "Zope.Interface"), 9, {"Zope.Interface": 5})
    theirs = ProjectList(("a", "zope-interface"), 3, {"a": 1, "zope-interface": 2})
    assert merged_list([ours, theirs]) == ProjectList(
        ("a", "b", "Zope.Interface"), 9, {"a": 1, "Zope.Interface": 5}
    )
    assert merged_list([ours]) is ours
    assert merged_list([ProjectList(()), ProjectList(())]) == ProjectList((), None, {})
