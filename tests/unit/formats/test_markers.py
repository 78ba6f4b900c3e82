import pytest
from packaging.markers import Marker

from bodega.formats.markers import InvalidMarkerError, Markers
from support.memory_index import TARGET

MARKERS = [
    "extra == 'fast'",
    'extra == "Fast"',
    "'fast' == extra",
    "extra != 'fast'",
    "extra == 'fast' and python_version >= '3.8'",
    "extra == 'fast' or sys_platform == 'win32'",
    "python_version < '3.8'",
    "python_full_version == '3.11.7'",
    "sys_platform == 'linux' and (os_name == 'nt' or platform_machine == 'x86_64')",
    "platform_system in 'Linux Darwin'",
]


@pytest.mark.parametrize("marker", MARKERS)
@pytest.mark.parametrize("extra", ["", "fast", "slow"])
def test_markers_hold_as_the_authority_says(marker, extra):
    wanted = Marker(marker).evaluate({**TARGET.markers, "extra": extra})
    assert Markers(TARGET.markers).holds(marker, extra) is wanted


def test_no_marker_always_holds():
    assert Markers({}).holds(None)
    assert Markers({}).holds_in_lock(None)


@pytest.mark.parametrize("marker", ["unknown == 'x'", "python_version", "extra = 'x'"])
def test_what_is_no_marker_is_refused(marker):
    for holds in (Markers(TARGET.markers).holds, Markers(TARGET.markers).holds_in_lock):
        with pytest.raises(InvalidMarkerError):
            holds(marker)


def test_markers_of_a_lock_know_groups_and_extras():
    markers = Markers(TARGET.markers)
    assert markers.holds_in_lock("'dev' in dependency_groups", ["dev"])
    assert not markers.holds_in_lock("'dev' in dependency_groups")
    assert markers.holds_in_lock("'x' not in extras and sys_platform == 'linux'")
