import pytest

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.errors import IndexFailedError
from bodega.installer.inputs.project_settings import StaticMetadata
from bodega.installer.locking.errors import ReferenceConflictError
from bodega.installer.locking.format_control import format_control
from bodega.installer.locking.release_control import release_control
from bodega.installer.locking.select import selection_of
from bodega.resolution.errors import NoSolutionError
from support.memory_index import (
    MemoryCache,
    MemoryReferences,
    asked,
    file,
    index,
    metadata,
    page,
    resolve,
    versions,
    wheel,
)

TABLE = {
    "app": {
        "2.0": ["lib>=2", "tool[fast]; python_version>='3.8'", "old; python_version<'3'"],
        "1.0": ["lib"],
    },
    "lib": {"1.0": [], "2.0": [], "2.1": [], "3.0rc1": []},
    "tool": {"1.0": ["speed; extra == 'fast'", "lib<2.1"]},
    "speed": {"0.1": []},
}


def test_newest_releases_with_extras_and_markers():
    found = resolve(index(TABLE), "App")
    assert versions(found) == {"app": "2.0", "lib": "2.0", "tool": "1.0", "speed": "0.1"}
    pins = {pin.name: pin for pin in found.pins}
    assert pins["tool"].extras == ("fast",)
    assert pins["app"].requires == ("lib", "tool")
    assert [name for name, pin in pins.items() if pin.requested] == ["app"]


def test_a_second_run_reads_neither_pages_nor_metadata():
    reader, cache = index(TABLE), MemoryCache()
    first = resolve(reader, "app", cache=cache)
    assert sorted(reader.asked) == sorted(set(reader.asked))
    asked_at_first = len(reader.asked)
    warm = MemoryIndexReader(reader.pages, {}, is_warm=True)
    assert selection_of(resolve(warm, "app", cache=cache)) == selection_of(first)
    assert (warm.asked, asked_at_first > 0) == ([], True)


def test_what_is_kept_stays_unless_something_forbids_it():
    reader = index(TABLE)
    assert versions(resolve(reader, "lib", kept={"lib": "1.0"})) == {"lib": "1.0"}
    assert versions(resolve(reader, "lib>1", kept={"lib": "1.0"})) == {"lib": "2.1"}
    assert versions(resolve(reader, "lib", kept={"lib": "3.0rc1"})) == {"lib": "3.0rc1"}


def test_strategies():
    reader = index(TABLE)
    assert versions(resolve(reader, "app", strategy="lowest")) == {"app": "1.0", "lib": "1.0"}
    assert versions(resolve(reader, "app", strategy="lowest-direct")) == {"app": "1.0", "lib": "2.1"}


@pytest.mark.parametrize(
    ("texts", "options", "version"),
    [
        (["lib"], {}, "2.1"),
        (["lib"], {"releases": release_control((), pre=True)}, "3.0rc1"),
        (["lib>=3.0rc1"], {}, "3.0rc1"),
        (["lib>2.1"], {}, "3.0rc1"),
        (["lib<3", "lib>=1.0a1"], {}, "2.1"),
    ],
)
def test_prereleases_are_for_who_asks_or_has_no_choice(texts, options, version):
    assert versions(resolve(index(TABLE), *texts, **options)) == {"lib": version}


def test_constraints_narrow_and_never_add():
    found = resolve(index(TABLE), "lib", constraints=asked("lib<2", "speed<0.1"))
    assert versions(found) == {"lib": "1.0"}


def test_a_yanked_release_needs_an_exact_pin():
    files = [wheel("lib", "1.0"), wheel("lib", "2.0", yanked="broken")]
    reader = MemoryIndexReader(
        {"lib": page("lib", *files)},
        {one.filename: metadata("lib", one.filename.split("-")[1]) for one in files},
    )
    assert versions(resolve(reader, "lib")) == {"lib": "1.0"}
    assert versions(resolve(reader, "lib==2.0")) == {"lib": "2.0"}
    with pytest.raises(NoSolutionError) as failure:
        resolve(reader, "lib>1")
    assert "lib: 2.0 exists, not offered: yanked, and so for exact pins only: broken" in failure.value.why


def test_a_conflict_says_who_and_what_is_not_offered():
    files = [
        wheel("lib", "1.0"),
        wheel("lib", "2.0", "cp312-cp312-win32"),
        wheel("lib", "3.0", requires_python=">=3.12"),
        file("lib-4.0.tar.gz"),
        wheel("lib", "5.0", hashes={"md5": "0" * 32}),
    ]
    reader = MemoryIndexReader({"lib": page("lib", *files)}, {})
    with pytest.raises(NoSolutionError) as failure:
        resolve(reader, "lib>1", formats=format_control([("only-binary", ":all:")]))
    why = failure.value.why
    assert "lib>1 is asked for (the command line)" in why
    for fact in (
        "2.0 exists, not offered: its wheels are for Windows x86, and this is Linux x86_64",
        "3.0 exists, not offered: Python >=3.12 is required, and this is 3.11.7",
        "4.0 exists, not offered: there is only a source distribution",
        "5.0 exists, not offered: the index gives no hash",
    ):
        assert fact in why


def test_a_project_that_nobody_knows_and_one_in_quarantine():
    for pages, remark in (
        ({}, "no index knows a project of this name; asked were https://index.example.org/simple/"),
        ({"lib": page("lib", wheel("lib", "1"), status="quarantined")}, "quarantined"),
    ):
        with pytest.raises(NoSolutionError) as failure:
            resolve(MemoryIndexReader(pages), "lib")
        assert remark in failure.value.why


@pytest.mark.parametrize("requires", ["lib @ file:///x.whl", "lib; what == 'x'", "lib ==="])
def test_a_version_that_requires_what_cannot_be_is_passed_over(requires):
    reader = index({"app": {"2": [requires], "1": []}, "lib": {"1": []}})
    assert versions(resolve(reader, "app")) == {"app": "1"}


HERE, THERE = "https://example.org/lib-7-py3-none-any.whl", "https://example.org/lib-8-py3-none-any.whl"


def by_url() -> MemoryReferences:
    return MemoryReferences({HERE: ("lib", "7", ["dep"]), THERE: ("lib", "8", [])})


def test_what_a_url_names_is_taken_whatever_the_index_has():
    reader = index({"lib": {"1": [], "9": []}, "dep": {"3": []}})
    resolution = resolve(reader, f"lib @ {HERE}", by_url=by_url())
    assert versions(resolution) == {"lib": "7", "dep": "3"}
    lib = next(pin for pin in resolution.pins if pin.name == "lib")
    assert (lib.index, lib.requested) == (None, True)
    assert lib.candidate.prepared.direct_url["url"] == HERE


def test_a_url_in_what_a_package_requires_is_fetched_once():
    reader = index({"app": {"1": [f"lib @ {HERE}", "lib>=2"]}, "lib": {"9": []}, "dep": {"3": []}})
    references = by_url()
    assert versions(resolve(reader, "app", by_url=references)) == {"app": "1", "lib": "7", "dep": "3"}
    assert references.prepared == [HERE]


def test_a_constraint_may_name_a_url_and_asks_for_nothing_by_itself():
    reader = index({"app": {"1": ["lib"]}, "lib": {"9": []}, "dep": {"3": []}, "other": {"1": []}})
    constraints = asked(f"lib @ {THERE}")
    found = resolve(reader, "app", by_url=by_url(), constraints=constraints)
    assert versions(found) == {"app": "1", "lib": "8"}
    references = by_url()
    assert versions(resolve(reader, "other", by_url=references, constraints=constraints)) == {"other": "1"}
    assert references.prepared == []


def test_a_version_beside_the_url_still_counts():
    with pytest.raises(NoSolutionError):
        resolve(index({"lib": {"9": []}, "dep": {"3": []}}), f"lib @ {HERE}", "lib>=8", by_url=by_url())


def test_two_places_for_one_project_are_both_named():
    with pytest.raises(ReferenceConflictError) as failure:
        resolve(index({"lib": {}}), f"lib @ {HERE}", f"lib @ {THERE}", by_url=by_url())
    assert HERE in failure.value.why
    assert THERE in failure.value.why


def test_a_failure_of_the_index_ends_the_run():
    with pytest.raises(IndexFailedError):
        resolve(MemoryIndexReader({"lib": page("lib", wheel("lib", "1"))}), "lib")


def test_without_dependencies_no_metadata_is_asked_for():
    reader = index(TABLE)
    assert versions(resolve(reader, "app", dependencies=False)) == {"app": "2.0"}
    assert reader.asked == ["app"]


def test_an_extra_of_itself():
    reader = index(
        {"app": {"1": ["app[a]; extra == 'all'", "lib; extra == 'a'"]}, "lib": {"1": []}},
    )
    assert versions(resolve(reader, "app[all]")) == {"app": "1", "lib": "1"}


def test_an_override_stands_in_the_place_of_every_requirement():
    reader = index(
        {"app": {"1": ["lib[x]<2", "dep"]}, "lib": {"1": [], "3": ["dep==1; extra == 'x'"]}} | DEPS
    )
    found = resolve(reader, "app", "lib<2", overrides=asked("lib>2"))
    assert versions(found) == {"app": "1", "lib": "3", "dep": "1"}
    with pytest.raises(NoSolutionError) as failure:
        resolve(reader, "app", overrides=asked("lib>3"))
    assert "app 1 requires lib>3 (an override: the command line)" in failure.value.why


DEPS = {"dep": {"1": [], "2": []}}


def test_an_override_may_be_a_url():
    reader = index({"app": {"1": ["lib<2"]}, "lib": {"1": []}, "dep": {"3": []}})
    found = resolve(reader, "app", by_url=by_url(), overrides=asked(f"lib @ {HERE}"))
    assert versions(found) == {"app": "1", "lib": "7", "dep": "3"}


def test_what_is_excluded_is_never_asked_for():
    reader = index({"app": {"1": ["lib", "dep"]}} | DEPS)
    found = resolve(reader, "app", excluded=frozenset({"lib"}))
    assert versions(found) == {"app": "1", "dep": "2"}
    assert "lib" not in reader.asked


def test_static_metadata_is_believed_and_nothing_is_read_or_built():
    reader = MemoryIndexReader(
        {
            "lib": page("lib", file("lib-1.0.tar.gz", requires_python="<3")),
            "dep": page("dep", wheel("dep", "1")),
        },
        {wheel("dep", "1").filename: metadata("dep", "1")},
    )
    static = [StaticMetadata(name=NormalizedName("lib"), requires_dist=("dep",), requires_python=">=3")]
    assert versions(resolve(reader, "lib", static_metadata=static)) == {"lib": "1.0", "dep": "1"}


def test_a_yanked_release_that_the_user_pins_is_admitted_by_all_others():
    files = [wheel("lib", "1.0"), wheel("lib", "2.0", yanked="broken"), wheel("app", "1")]
    documents = {one.filename: metadata(*one.filename.split("-")[:2]) for one in files}
    documents[files[2].filename] = metadata("app", "1", ["lib>0.5"])
    pages = {"lib": page("lib", *files[:2]), "app": page("app", files[2])}
    assert versions(resolve(MemoryIndexReader(pages, documents), "app", "lib==2.0"))["lib"] == "2.0"
    documents[files[2].filename] = metadata("app", "1", ["lib==2.0"])
    with pytest.raises(NoSolutionError):
        resolve(MemoryIndexReader(pages, documents), "app", "lib>0.5")


def test_what_only_prereleases_satisfy_together_is_satisfied_by_one():
    reader = index({"app": {"1": ["lib>=1,<=3"], "2": ["lib==3.0rc1"]}, "lib": TABLE["lib"]})
    assert versions(resolve(reader, "app==1", "lib>2.1")) == {"app": "1", "lib": "3.0rc1"}
    assert versions(resolve(reader, "app", "lib")) == {"app": "1", "lib": "2.1"}
    assert versions(resolve(reader, "app==2", "lib")) == {"app": "2", "lib": "3.0rc1"}
    only_final = release_control([("only-final", "lib")])
    with pytest.raises(NoSolutionError):
        resolve(reader, "app==2", "lib", releases=only_final)
