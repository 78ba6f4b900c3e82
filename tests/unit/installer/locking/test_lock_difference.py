from bodega.installer.locking.lock_difference import Fact, difference


def entry(name, version="1", **fields):
    files = fields.pop("files", {f"{name}-{version}-py3-none-any.whl": "a"})
    wheels = [{"name": file, "hashes": {"sha256": letter * 64}} for file, letter in files.items()]
    return {"name": name, "version": version, "wheels": wheels, **fields}


def lock(*packages, **head):
    return {"lock-version": "1.0", "created-by": "x", "packages": list(packages), **head}


def releases(before, after):
    found = difference(lock(*before), lock(*after)).releases
    return [(one.name, one.kind, one.before, one.after) for one in found]


def test_releases_are_added_removed_upgraded_and_downgraded():
    before = [entry("gone"), entry("same"), entry("up", "1.9"), entry("down", "2")]
    after = [entry("new"), entry("same"), entry("up", "1.10"), entry("down", "1")]
    assert releases(before, after) == [
        ("down", "downgraded", ("2",), ("1",)),
        ("gone", "removed", ("1",), ()),
        ("new", "added", (), ("1",)),
        ("up", "upgraded", ("1.9",), ("1.10",)),
    ]


def test_other_bytes_under_one_name_are_loud():
    other = entry("lib", files={"lib-1-py3-none-any.whl": "b"})
    found = difference(lock(entry("lib")), lock(other)).releases
    assert found[0].is_loud
    assert found[0].facts == (
        Fact("hash", "lib-1-py3-none-any.whl", f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"),
    )


def test_files_come_and_go_within_a_version():
    more = entry("lib", files={"lib-1-py3-none-any.whl": "a", "lib-1-cp313-cp313-win32.whl": "c"})
    (change,) = difference(lock(entry("lib")), lock(more)).releases
    assert [(fact.aspect, fact.before, fact.after) for fact in change.facts] == [
        ("files", "", "lib-1-cp313-cp313-win32.whl")
    ]
    assert not change.is_loud


def test_a_release_for_two_environments_is_compared_by_version_and_marker():
    linux = entry("lib", "1", marker="sys_platform == 'linux'")
    windows = entry("lib", "2", marker="sys_platform == 'win32'")
    assert releases([linux, windows], [windows, linux]) == []
    newer = entry("lib", "3", marker="sys_platform == 'win32'")
    assert releases([linux, windows], [linux, newer]) == [("lib", "upgraded", ("1", "2"), ("1", "3"))]


def test_sources_markers_and_pythons_are_told():
    checkout = {"name": "lib", "vcs": {"type": "git", "url": "https://h/x", "commit-id": "f" * 40}}
    (change,) = difference(lock(entry("lib")), lock(checkout)).releases
    assert [fact.aspect for fact in change.facts] == ["source"]
    assert change.facts[0].after == f"vcs https://h/x@{'f' * 12}"
    (change,) = difference(lock(entry("lib")), lock(entry("lib", marker="os_name == 'nt'"))).releases
    assert change.facts == (Fact("marker", "marker", "", "os_name == 'nt'"),)


def test_a_moved_index_is_told_once():
    names = ("a", "b", "c")
    found = difference(
        lock(*(entry(name, index="https://one/") for name in names)),
        lock(*(entry(name, index="https://two/") for name in names)),
    )
    assert found.facts == (Fact("index", "index", "https://one/", "https://two/"),)
    assert found.releases == ()


def test_what_a_lock_is_for_is_compared():
    found = difference(
        lock(**{"requires-python": ">=3.11", "tool": {"bodega": {"requirements": ["a", "b"]}}}),
        lock(**{"requires-python": ">=3.12", "tool": {"bodega": {"requirements": ["a", "c>1"]}}}),
    )
    assert [(fact.what, fact.before, fact.after) for fact in found.facts] == [
        ("requires-python", ">=3.11", ">=3.12"),
        ("requirement", "b", ""),
        ("requirement", "", "c>1"),
    ]


def test_the_same_is_no_difference():
    assert not difference(lock(entry("lib")), lock(entry("lib")))


def test_a_great_many_entries_of_one_name_are_paired_in_one_go():
    many = [entry("lib", str(number), files={}) for number in range(20_000)]
    assert not difference(lock(*many), lock(*reversed(many)))
