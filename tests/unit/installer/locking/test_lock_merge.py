from packaging.pylock import Pylock

from bodega.installer.locking.lock_merge import EMPTY, Contested, Sides, merged, put_together

TOP = {"lock-version": "1.0", "created-by": "bodega"}


def entry(name, version="1", requires=()):
    file = {
        "name": f"{name}-{version}-py3-none-any.whl",
        "url": "https://h/x",
        "hashes": {"sha256": "0" * 64},
    }
    found = {"name": name, "version": version, "wheels": [file]}
    if requires:
        names = [{"name": text.partition("<")[0].partition(">")[0]} for text in requires]
        found |= {"dependencies": names, "tool": {"bodega": {"requires": list(requires)}}}
    return found


def lock(*packages, asked=(), **settings):
    return {**TOP, "packages": list(packages), "tool": {"bodega": {"requirements": list(asked), **settings}}}


def test_what_one_side_changed_is_taken():
    base = lock(entry("a"), entry("b"), entry("gone"), asked=["a", "b"])
    ours = lock(entry("a", "2"), entry("b"), entry("gone"), asked=["a", "b", "c"])
    theirs = lock(entry("a"), entry("b", "3"), asked=["a"])
    result = merged(Sides(base=base, ours=ours, theirs=theirs))
    assert result.requirements == ("a", "c")
    assert dict(result.kept) == {"a": "2", "b": "3"}
    assert result.contested == ()


def test_what_both_changed_alike_is_no_conflict():
    base, both = lock(entry("a"), asked=["a"]), lock(entry("a", "2"), asked=["a>=2"])
    result = merged(Sides(base=base, ours=both, theirs=both))
    assert (result.requirements, dict(result.kept), result.contested) == (("a>=2",), {"a": "2"}, ())


def test_what_both_changed_otherwise_is_said_and_begins_with_the_higher():
    base = lock(entry("a", "1"), asked=["a"])
    ours, theirs = lock(entry("a", "1.9"), asked=["a<2"]), lock(entry("a", "1.10"), asked=["a>1.5"])
    result = merged(Sides(base=base, ours=ours, theirs=theirs))
    assert result.requirements == ("a<2", "a>1.5")
    assert result.kept == {"a": "1.10"}
    assert result.contested == (
        Contested("requirement on a", "a<2", "a>1.5", "a<2 and a>1.5"),
        Contested("a", "1.9", "1.10", "1.10"),
    )


def test_without_a_base_nothing_counts_as_taken_away():
    sides = Sides(base=EMPTY, ours=lock(entry("a"), asked=["a"]), theirs=lock(entry("b"), asked=["b"]))
    assert merged(sides).requirements == ("a", "b")
    assert dict(merged(sides).kept) == {"a": "1", "b": "1"}


def test_what_a_lock_is_for_is_merged_too():
    base = lock(pythons=["3.11"], parts=["default-groups"])
    ours = lock(pythons=["3.11", "3.12"], parts=["default-groups", "extra:a"])
    theirs = lock(pythons=["3.11"], parts=["default-groups", "extra:b"])
    settings = merged(Sides(base=base, ours=ours, theirs=theirs)).settings
    assert settings["pythons"] == ("3.11", "3.12")
    assert settings["parts"] == ("default-groups", "extra:a", "extra:b")


def together(base, ours, theirs):
    sides = Sides(base=base, ours=ours, theirs=theirs)
    return put_together(sides, merged(sides))


def test_without_an_index_entries_are_put_together_where_they_fit():
    base = lock(entry("a", requires=["b<3"]), entry("b"), asked=["a"])
    ours = lock(entry("a", requires=["b<3"]), entry("b"), entry("c"), asked=["a", "c"])
    theirs = lock(entry("a", requires=["b<3"]), entry("b", "2"), asked=["a"])
    found = together(base, ours, theirs)
    assert [(one["name"], one["version"]) for one in found["packages"]] == [
        ("a", "1"),
        ("b", "2"),
        ("c", "1"),
    ]
    assert found["tool"]["bodega"]["requirements"] == ["a", "c"]
    Pylock.from_dict(found).validate()


def test_what_does_not_fit_or_is_not_known_to_is_not_put_together():
    base = lock(entry("a", requires=["b<2"]), entry("b"), asked=["a"])
    ours = lock(entry("a", "2", requires=["b<2"]), entry("b"), asked=["a"])
    assert together(base, ours, lock(entry("a", requires=["b<2"]), entry("b", "2"), asked=["a"])) is None
    # Both to something else.
    assert together(base, ours, lock(entry("a", "3", requires=["b<2"]), entry("b"), asked=["a"])) is None
    # An entry that does not say what it requires.
    silent = {**entry("a"), "dependencies": [{"name": "b"}]}
    assert together(lock(silent, entry("b")), lock(silent, entry("b", "2")), lock(silent, entry("b"))) is None
    # What is asked for is not there.
    assert together(lock(), lock(asked=["z"]), lock(entry("a"))) is None
