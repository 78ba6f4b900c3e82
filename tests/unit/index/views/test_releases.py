import pytest

from bodega.index.views.releases import newest, of_version, releases
from support.memory_index import file, page, wheel


def test_files_are_of_the_version_that_their_names_say_however_it_is_spelled():
    found = releases(
        page(
            "a-b",
            wheel("a-b", "1.0"),
            file("a.b-1.0.0.tar.gz"),
            wheel("a-b", "1.10"),
            versions=("1.0", "1.10"),
        )
    )
    assert [(release.version, [f.filename for f in release.files]) for release in found] == [
        ("1.0", ["a_b-1.0-py3-none-any.whl", "a.b-1.0.0.tar.gz"]),
        ("1.10", ["a_b-1.10-py3-none-any.whl"]),
    ]


def test_an_installer_of_old_is_of_the_longest_version_that_fits():
    found = releases(page("a", file("a-1.0.1.win32-py2.7.exe"), file("a-9.rpm"), versions=("1.0", "1.0.1")))
    assert {release.version: len(release.files) for release in found} == {"1.0": 0, "1.0.1": 1}


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ([wheel("a", "1.0"), wheel("a", "1.10"), wheel("a", "1.9")], "1.10"),
        ([wheel("a", "1.0"), wheel("a", "2.0rc1")], "1.0"),
        ([wheel("a", "2.0rc1"), wheel("a", "2.0rc2")], "2.0rc2"),
        ([wheel("a", "1.0"), wheel("a", "2.0", yanked="")], "1.0"),
        ([wheel("a", "1.0rc1"), wheel("a", "2.0", yanked="")], "1.0rc1"),
        ([wheel("a", "1.0", yanked=""), wheel("a", "2.0", yanked="bad")], "2.0"),
        ([wheel("a", "2.0", yanked="bad"), file("a-2.0.tar.gz"), wheel("a", "1.0")], "2.0"),
        ([wheel("a", "not_a_version"), wheel("a", "0.1")], "0.1"),
    ],
)
def test_the_release_that_is_shown(files, version):
    assert newest(releases(page("a", *files))).version == version


def test_versions_without_files_come_last():
    found = releases(page("a", wheel("a", "1.0"), versions=("1.0", "3.0")))
    assert newest(found).version == "1.0"
    assert newest(releases(page("a"))) is None


def test_a_release_is_found_by_any_spelling_and_knows_whether_it_is_yanked():
    found = releases(page("a", wheel("a", "1.0", yanked="broken"), wheel("a", "2.0", yanked="")))
    assert of_version(found, "1.0.0").yanked_reason == "broken"
    assert of_version(found, "2") == found[1]
    assert (found[1].is_yanked, found[1].yanked_reason) == (True, None)
    assert of_version(found, "1.0.1") is None
    assert of_version(found, "../../x") is None
