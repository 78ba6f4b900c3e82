"""Who requires whom: graphs with circles, gaps and several versions."""

from bodega.formats.requirements import parse_requirement
from bodega.installer.commands.dependency_graph import BY_NOBODY, Release, graph_of


def graph(table, *asked):
    packages = [
        Release(key=key, name=key.partition(" ")[0], version=version) for key, (version, _) in table.items()
    ]
    return graph_of(
        packages,
        lambda package: [parse_requirement(text) for text in table[package.key][1]],
        [(parse_requirement(text), "the file") for text in asked],
    )


def ways(found, name):
    return [[need.text for need in path.needs] for path in found.paths_to(found.keys_of(name))]


TABLE = {
    "a": ("1", ["b>=1", "c"]),
    "b": ("2", ["d<3; python_version > '3'"]),
    "c": ("1", ["d"]),
    "d": ("2", ["b"]),
    "x": ("1", ["y"]),
    "y": ("1", ["x"]),
    "alone": ("1", ["missing>=2", "c>1"]),
}


def test_each_root_gives_one_of_its_shortest_ways():
    found = graph(TABLE, "a", "d")
    assert ways(found, "d") == [["d"], ["a", "b>=1", "d<3; python_version > '3'"], ["alone", "c>1", "d"]]
    assert ways(found, "A") == [["a"]]


def test_what_nobody_asked_for_is_a_root_of_its_own():
    found = graph(TABLE, "a")
    assert [(need.text, need.origin) for need in found.roots] == [
        ("a", "the file"),
        ("alone", BY_NOBODY),
        # A circle is entered at its first name.
        ("x", BY_NOBODY),
    ]
    assert ways(found, "y") == [["x", "y"]]


def test_what_is_missing_and_what_does_not_fit_is_marked():
    found = graph(TABLE, "a", "gone")
    assert [(need.name, need.to, need.fits) for need in found.needs["alone"]] == [
        ("c", "c", False),
        ("missing", None, False),
    ]
    assert [need.to for need in found.roots if need.name == "gone"] == [None]
    assert found.paths_to(["nowhere"]) == []


def test_of_several_versions_those_that_fit_are_meant():
    found = graph({"a": ("1", ["b<2"]), "b 1": ("1", []), "b 2": ("2", [])}, "a", "b")
    assert [need.to for need in found.needs["a"]] == ["b 1"]
    assert [need.to for need in found.roots] == ["a", "b 1", "b 2"]
    assert found.keys_of("b") == ["b 1", "b 2"]


def test_the_order_of_what_comes_in_changes_nothing():
    turned = dict(reversed(list(TABLE.items())))
    one, other = graph(TABLE, "a", "d"), graph(turned, "d", "a")
    assert (list(one.packages), one.needs, one.roots) == (list(other.packages), other.needs, other.roots)


def test_long_chains_need_no_recursion():
    table = {f"p{n}": ("1", [f"p{n + 1}"]) for n in range(3000)}
    found = graph({**table, "p3000": ("1", [])}, "p0")
    assert len(ways(found, "p3000")[0]) == 3001
