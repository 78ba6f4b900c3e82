import pytest
from packaging.tags import Tag

from bodega.formats.platforms import NAMES, UnknownPlatformError, parse_platform, target_on, wheel_tags
from bodega.formats.tags import TagRanking


@pytest.mark.parametrize("name", NAMES)
def test_each_platform_by_name_takes_a_wheel_of_its_own_and_a_pure_one(name):
    platform = parse_platform(name)
    target = target_on(platform, "3.12.4")
    ranking = TagRanking(target.tags)
    assert ranking.rank(f"cp312-cp312-{platform.tags[0]}") == 0
    assert ranking.rank("py3-none-any") is not None
    assert ranking.rank("cp311-cp311-win_amd64") is None
    assert target.markers["python_full_version"] == target.markers["implementation_version"] == "3.12.4"
    assert target.markers["python_version"] == "3.12"


@pytest.mark.parametrize(
    ("name", "system", "machine", "taken", "left"),
    [
        ("linux-x86_64", "linux", "x86_64", "manylinux_2_28_x86_64", "manylinux_2_29_x86_64"),
        ("linux-x86_64", "linux", "x86_64", "manylinux1_x86_64", "musllinux_1_1_x86_64"),
        ("linux-aarch64", "linux", "aarch64", "manylinux2014_aarch64", "manylinux1_aarch64"),
        ("manylinux_2_31_x86_64", "linux", "x86_64", "manylinux_2_31_x86_64", "manylinux_2_32_x86_64"),
        ("manylinux2014_x86_64", "linux", "x86_64", "manylinux_2_17_x86_64", "manylinux_2_18_x86_64"),
        ("musllinux-aarch64", "linux", "aarch64", "musllinux_1_1_aarch64", "manylinux2014_aarch64"),
        ("macos-arm64", "darwin", "arm64", "macosx_11_0_universal2", "macosx_14_0_arm64"),
        ("macosx_15_0_arm64", "darwin", "arm64", "macosx_14_0_arm64", "macosx_16_0_arm64"),
        ("macos", "darwin", "arm64", "macosx_13_0_arm64", "macosx_13_0_x86_64"),
        ("windows", "win32", "AMD64", "win_amd64", "win32"),
        ("win32", "win32", "x86", "win32", "win_amd64"),
    ],
)
def test_a_platform_says_what_its_machines_do_and_takes_their_wheels(name, system, machine, taken, left):
    platform = parse_platform(name)
    assert (platform.markers["sys_platform"], platform.markers["platform_machine"]) == (system, machine)
    assert taken in platform.tags
    assert left not in platform.tags


def test_tags_are_those_of_a_python_whatever_runs_this():
    tags = wheel_tags(("win_amd64",), "3.13")
    assert tags[0] == str(Tag("cp313", "cp313", "win_amd64"))
    assert "cp38-abi3-win_amd64" in tags
    assert "py31-none-any" in tags


@pytest.mark.parametrize(
    "text", ["", "amiga", "linux-z80", "macosx_13_0_ppc", "manylinux_2_28_z80", "linux_z80"]
)
def test_what_is_no_platform_is_refused_with_those_that_are(text):
    with pytest.raises(UnknownPlatformError, match="no platform") as refused:
        parse_platform(text)
    assert "linux-x86_64" in str(refused.value.why)
