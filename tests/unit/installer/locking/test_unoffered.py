from datetime import UTC, datetime

import pytest

from bodega.formats.names import NormalizedName
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.format_control import FormatControl
from bodega.installer.locking.unoffered import lying_in
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.not_offered import NotOffered
from bodega.simple_api.pages import HiddenFile
from support.memory_index import TARGET, MemoryCache, file, index, page, resolve, wheel

UNTIL = datetime(2026, 11, 30, 12, tzinfo=UTC)
COOLDOWN = "held back by the 7-day cooldown of index main until 2026-11-30 12:00 UTC"


def hidden(version, reason=COOLDOWN, code="E-POLICY-COOLDOWN"):
    return HiddenFile(
        filename=f"lib-{version}-py3-none-any.whl", version=version, code=code, reason=reason, until=UNTIL
    )


def found(*files, control=None, **fields):
    finder = CandidateFinder(TARGET, MemoryCache(), control or FormatControl())
    return finder.unoffered("lib", IndexPage(page("lib", *files, **fields), "https://i/", "f"))


def told(*files, control=None, **fields):
    return [(one.reason, one.versions, one.detail) for one in found(*files, control=control, **fields)]


def test_what_the_index_hides_has_its_reason_and_its_end():
    (one, denied) = found(
        hidden=(hidden("1.9", "denied: bad", "E-POLICY-DENIED"), hidden("1.10"), hidden("1.10.0", "another"))
    )
    assert one == NotOffered("cooldown", ("1.10",), COOLDOWN, until="2026-11-30T12:00:00Z")
    assert (denied.reason, denied.versions, denied.detail) == ("denied", ("1.9",), "denied: bad")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("E-POLICY-QUARANTINED", "quarantined"),
        ("E-POLICY-CUTOFF", "cutoff"),
        ("E-POLICY-NEW-ONE", "policy"),
    ],
)
def test_codes_of_the_policy_are_reasons(code, reason):
    assert found(hidden=(hidden("1", code=code),))[0].reason == reason


def test_versions_of_which_a_file_is_listed_and_odd_ones_are_not_told():
    odd = HiddenFile(filename="lib.txt", version=None, code="E-X", reason="why")
    assert found(wheel("lib", "1.0"), hidden=(hidden("1.0"), hidden("nonsense"), odd)) == ()


def test_versions_with_one_reason_are_told_together_newest_first():
    (one,) = found(hidden=[hidden(f"1.{number}") for number in range(9)])
    assert one.versions[:2] == ("1.8", "1.7")
    assert one.words() == f"1.0 to 1.8 (9 versions) exist, not offered: {COOLDOWN}"


def test_another_python_another_platform_and_no_hash():
    assert told(
        wheel("lib", "5", "cp39-cp39-manylinux_2_17_x86_64"),
        wheel("lib", "4", "cp311-cp311-macosx_11_0_arm64"),
        wheel("lib", "3", requires_python="<3.9"),
        wheel("lib", "2", hashes={"md5": "0" * 32}),
        wheel("lib", "1", "cp311-cp311-manylinux_2_99_x86_64"),
    ) == [
        (
            "platform",
            ("5",),
            "its wheels for this platform are for CPython 3.9, and this is Python 3.11.7",
        ),
        ("platform", ("4",), "its wheels are for macOS arm64, and this is Linux x86_64"),
        ("python", ("3",), "Python <3.9 is required, and this is 3.11.7"),
        ("hash", ("2",), "the index gives no hash that can be trusted"),
        (
            "platform",
            ("1",),
            "its wheels are for Linux x86_64 (glibc 2.99), and this is Linux x86_64 (glibc 2.17)",
        ),
    ]


def test_kinds_of_files_that_may_not_be_chosen():
    every = frozenset({":all:"})
    sdist = found(file("lib-1.tar.gz"), control=FormatControl(only_binary=every))[0]
    assert (sdist.reason, sdist.remedy) == ("sdist", "leave --only-binary out to build it")
    assert found(wheel("lib", "1"), control=FormatControl(no_binary=every))[0].reason == "wheel"


def test_a_project_in_quarantine_is_told_as_a_whole():
    (one,) = found(wheel("lib", "1"), status="quarantined", status_reason="stolen")
    assert one == NotOffered("quarantined", (), "the project is quarantined: stolen")
    assert one.as_json("lib") == {
        "project": "lib",
        "reason": "quarantined",
        "versions": [],
        "detail": "the project is quarantined: stolen",
    }


def test_what_an_index_says_stays_one_line():
    (one,) = found(status="quarantined", status_reason="a\x1b[2J\nb" + "c" * 9999)
    assert one.detail.startswith("the project is quarantined: a [2J bccc")
    assert len(one.detail) == 700


def test_what_lies_in_all_specifiers():
    every = [NotOffered("python", ("3", "2", "1"), "why"), NotOffered("unknown-project", (), "nowhere")]
    assert [one.versions for one in lying_in(every, [">1", "<3"])] == [("2",), ()]
    assert lying_in(every[:1], [">3"]) == []


def test_a_conflict_says_what_is_held_back():
    reader = index({"lib": {"1.0": ()}})
    name = NormalizedName("lib")
    reader.pages[name] = page("lib", wheel("lib", "1.0"), hidden=(hidden("2.4.1"), hidden("9")))
    cache = MemoryCache()
    for _ in range(2):  # as found, and as kept
        with pytest.raises(NoSolutionError) as failed:
            resolve(reader, "lib==2.4.1", cache=cache)
        assert failed.value.what == (
            f"you asked for lib==2.4.1, and what fits exists but is not offered: {COOLDOWN}"
        )
        assert f"lib: 2.4.1 exists, not offered: {COOLDOWN}" in failed.value.why
        assert "9" not in failed.value.why.replace("1.0", "")
    reader.pages[name] = page("lib", hidden=(hidden("2.4.1"),))
    with pytest.raises(NoSolutionError) as failed:
        resolve(reader, "lib")
    assert f"lib: 2.4.1 exists, not offered: {COOLDOWN}" in failed.value.why
    assert failed.value.details()["not_offered"][0]["until"] == "2026-11-30T12:00:00Z"
