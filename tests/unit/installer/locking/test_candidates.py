from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.candidates import CandidateFinder
from support.memory_index import TARGET, MemoryCache, page, wheel

INDEX = "https://index.example.org/simple/"


def find(*files, cache=None, fingerprint="f"):
    found = IndexPage(page("lib", *files), INDEX, fingerprint)
    return CandidateFinder(TARGET, cache or MemoryCache()).find("lib", found)


def test_the_best_wheel_of_each_version_newest_first():
    best = wheel("lib", "1.0", "cp311-cp311-manylinux_2_17_x86_64")
    rebuilt = wheel("lib", "1.0", "2-cp311-cp311-linux_x86_64")
    built = wheel("lib", "2.0", "1-py3-none-any")
    later = wheel("lib", "2.0", "10-py3-none-any")
    found = find(wheel("lib", "1.0"), rebuilt, best, later, built, wheel("lib", "10.0"))
    assert [one.version for one in found.candidates] == ["10.0", "2.0", "1.0"]
    assert [one.file for one in found.candidates[1:]] == [later, best]


def test_spellings_of_one_version_are_one_version():
    found = find(wheel("lib", "1.0rc1"), wheel("lib", "1.0.RC1", "cp311-cp311-linux_x86_64"))
    assert [(one.version, one.is_prerelease) for one in found.candidates] == [("1.0rc1", True)]


def test_a_yanked_file_gives_way_within_its_version():
    yanked = wheel("lib", "1.0", "cp311-cp311-linux_x86_64", yanked="bad")
    assert find(yanked, wheel("lib", "1.0")).candidates[0].file.yanked is None


def test_what_was_found_is_kept_for_the_same_page_only():
    cache = MemoryCache()
    first = find(wheel("lib", "1.0", upload_time=None), wheel("lib", "2.0", "cp27-none-any"), cache=cache)
    assert find(cache=cache) == first
    assert find(cache=cache, fingerprint="g").candidates == ()
    cache.kept = dict.fromkeys(cache.kept, b"damaged")
    assert find(wheel("lib", "3"), cache=cache).candidates[0].version == "3"


def test_names_that_are_no_files_of_the_project_are_passed_over():
    assert find(wheel("lib", "nonsense"), wheel("lib", "1.0", "py3-none")).candidates == ()


def test_a_file_whose_hash_is_given_goes_before_a_better_one():
    best, given = wheel("lib", "1.0", "cp311-cp311-linux_x86_64"), wheel("lib", "1.0")
    found = IndexPage(page("lib", best, given, wheel("lib", "0.9")), INDEX, "f")
    cache = MemoryCache()
    assert CandidateFinder(TARGET, cache).find("lib", found).candidates[0].file == best
    hashes = {"lib": frozenset({f"sha256:{given.hashes['sha256']}"})}
    first, older = CandidateFinder(TARGET, cache, hashes=hashes).find("lib", found).candidates
    assert (first.file, older.version) == (given, "0.9")
