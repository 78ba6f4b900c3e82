import pytest

from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.installer.locking.held_back import held_back
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.explain import explain
from bodega.simple_api.pages import HiddenFile
from support.memory_index import MemoryCache, index, page, resolve, wheel


def hidden(version, reason="held back by the 7-day cooldown of index main until 2026-11-30 12:00 UTC"):
    filename = f"lib-{version}-py3-none-any.whl"
    return HiddenFile(filename=filename, version=version, code="E-POLICY-COOLDOWN", reason=reason)


def test_versions_are_told_newest_first_each_once_with_its_reason():
    told = held_back([hidden("1.9", "denied: bad"), hidden("1.10"), hidden("1.10.0", "another")])
    assert told == (
        "1.10 exists, held back by the 7-day cooldown of index main until 2026-11-30 12:00 UTC",
        "1.9 exists, denied: bad",
    )


def test_versions_of_which_a_file_is_listed_and_odd_ones_are_not_told():
    odd = HiddenFile(filename="lib.txt", version=None, code="E-X", reason="why")
    assert held_back([hidden("1.0"), hidden("nonsense"), odd], {version_key("1.0")}) == ()


def test_many_are_told_together():
    told = held_back([hidden(f"1.{number}") for number in range(9)])
    assert len(told) == 6
    assert told[-1] == "4 older versions exist and are hidden by the policy of the index"


def test_a_conflict_says_what_is_held_back():
    reader = index({"lib": {"1.0": ()}})
    name = NormalizedName("lib")
    reader.pages[name] = page("lib", wheel("lib", "1.0"), hidden=(hidden("2.4.1"),))
    said = "2.4.1 exists, held back by the 7-day cooldown of index main until 2026-11-30 12:00 UTC"
    cache = MemoryCache()
    for _ in range(2):  # as found, and as kept
        with pytest.raises(NoSolutionError) as failed:
            resolve(reader, "lib==2.4.1", cache=cache)
        assert f"lib: {said}" in explain(failed.value.conflict)
    reader.pages[name] = page("lib", hidden=(hidden("2.4.1"),))
    with pytest.raises(NoSolutionError) as failed:
        resolve(reader, "lib")
    assert f"lib: {said}" in explain(failed.value.conflict)
