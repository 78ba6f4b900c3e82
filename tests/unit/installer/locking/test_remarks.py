from bodega.installer.locking.remarks import remarks_on
from support.memory_index import index, resolve

TABLE = {"a": {"1.0": ["b[x,none]"]}, "b": {"2.0": ["c; extra == 'x'"]}, "c": {"1": []}}


def test_an_extra_that_is_not_there_is_told():
    found = resolve(index(TABLE), "a[more]")
    assert remarks_on(found) == (
        "a 1.0 has no extra 'more': nothing more came with it",
        "b 2.0 has no extra 'none': nothing more came with it",
    )
    assert remarks_on(found, {"b"}) == ("b 2.0 has no extra 'none': nothing more came with it",)


def test_without_dependencies_nobody_knows():
    assert remarks_on(resolve(index(TABLE), "a[more]", dependencies=False)) == ()
