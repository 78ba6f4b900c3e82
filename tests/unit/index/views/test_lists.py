from bodega.formats.names import NormalizedName
from bodega.index.views.index_view import ListMark
from bodega.index.views.lists import merged_changes, merged_list, merged_mark
from bodega.simple_api.pages import ListedProject
from support.views import SetView


def listed(*names):
    return [ListedProject(NormalizedName(name.lower()), name, serial) for serial, name in enumerate(names)]


def test_lists_are_merged_by_normalized_name_as_the_first_writes_it():
    ours, theirs, others = listed("B", "Z"), listed("a", "b", "z"), listed("a", "c")
    merged = list(merged_list([ours, theirs, others]))
    assert [project.typed for project in merged] == ["a", "B", "c", "Z"]
    assert merged[-1] is ours[-1]
    assert list(merged_list([ours])) == ours
    assert list(merged_list([[], []])) == []


def test_lists_are_read_as_they_are_consumed():
    asked = []

    def endless():
        for number in range(10**9):
            asked.append(number)
            yield ListedProject(NormalizedName(f"a{number:010}"), "x")

    merged = merged_list([endless(), listed("b")])
    assert [next(merged).name for _ in range(3)] == [f"a{number:010}" for number in range(3)]
    assert len(asked) < 10


def test_the_mark_of_several_is_the_highest():
    marks = [ListMark(serial=3), ListMark(seen=2, rules="r"), ListMark(seen=1, rules="s")]
    assert merged_mark(marks) == ListMark(3, 2, "rs")


def test_changes_are_known_where_all_know_theirs():
    class Knowing(SetView):
        def listed_since(self, mark, most):
            return self.typed[:most]

    assert merged_changes([Knowing("a", "b"), Knowing("b", "c")], ListMark(), 9) == {"a", "b", "c"}
    assert merged_changes([Knowing("a"), SetView("b")], ListMark(), 9) is None


def test_a_mark_leads_to_later_ones_under_the_same_rules():
    assert ListMark(1, 1).leads_to(ListMark(1, 2))
    assert not ListMark(1, 1, "a").leads_to(ListMark(2, 2, "b"))
    assert not ListMark(2, 0).leads_to(ListMark(1, 1))
    assert not ListMark(0, 2).leads_to(ListMark(1, 1))
