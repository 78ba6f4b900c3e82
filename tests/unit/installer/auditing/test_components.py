"""Why a component is there."""

from bodega.installer.auditing.components import Component, Composition, shortest_paths, with_roots


def test_the_shortest_way_and_the_first_of_several() -> None:
    components = [
        Component(name="a", version="1", needs=("b", "c"), requested=True),
        Component(name="b", version="1", needs=("d",)),
        Component(name="c", version="1", needs=("d", "a")),
        Component(name="d", version="1", needs=("e",)),
        Component(name="e", version="1"),
        Component(name="lonely", version="1"),
        Component(name="z", version="1", needs=("e",), requested=True),
    ]
    assert shortest_paths(components) == {
        "a": ("a",),
        "b": ("a", "b"),
        "c": ("a", "c"),
        "d": ("a", "b", "d"),
        "e": ("z", "e"),
        "z": ("z",),
    }
    assert Composition(place="", components=components).path_to("lonely") == ("lonely",)


def test_where_nobody_asked_what_no_other_requires_counts_as_asked_for() -> None:
    components = [
        Component(name="a", version="1", needs=("b", "a")),
        Component(name="b", version="1"),
    ]
    assert [one.requested for one in with_roots(components)] == [True, False]
