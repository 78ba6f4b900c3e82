from bodega.formats.markers import Markers
from bodega.installer.locking.changed_needs import ChangedNeeds
from bodega.resolution.ports import Wanted
from support.memory_index import TARGET, asked


def changed(*overrides: str, excluded: frozenset[str] = frozenset()) -> ChangedNeeds:
    return ChangedNeeds(asked(*overrides), excluded, Markers(TARGET.markers))


def test_what_nothing_is_said_of_stays_the_same_object():
    needs = (Wanted("lib", ">=1", "lib>=1"),)
    assert changed("other==1").of(needs) is needs


def test_an_override_keeps_the_extras_that_were_asked_for_and_brings_its_own():
    needs = (Wanted("lib", ">=1", "lib[fast]>=1"), Wanted("lib[fast]", ">=1", "lib[fast]>=1"))
    found = changed("lib[more]==2").of(needs)
    assert [(one.package, one.specifier) for one in found] == [
        ("lib", "==2"),
        ("lib[more]", "==2"),
        ("lib[fast]", "==2"),
    ]
    assert {one.text for one in found} == {"lib[more]==2 (an override: the command line)"}


def test_of_several_overrides_those_count_whose_markers_hold():
    needs = (Wanted("lib", ">=1", "lib>=1"),)
    several = changed("lib==2; sys_platform == 'linux'", "lib==3; sys_platform == 'win32'")
    assert [one.specifier for one in several.of(needs)] == ["==2"]
    assert changed("lib==3; sys_platform == 'win32'").of(needs) == ()


def test_what_is_excluded_is_required_by_nobody():
    needs = (Wanted("lib", "", "lib"), Wanted("lib[fast]", "", "lib[fast]"), Wanted("dep", "", "dep"))
    found = changed("lib==2", excluded=frozenset({"lib"})).of(needs)
    assert [one.package for one in found] == ["dep"]


def test_a_project_may_always_require_its_own_extras():
    needs = (Wanted("app[a]", "", "app[a]"),)
    assert changed(excluded=frozenset({"app"})).of(needs, "app") == needs
    assert changed("app==2").of(needs, "app") == needs
