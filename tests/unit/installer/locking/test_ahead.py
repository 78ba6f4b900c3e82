from bodega.installer.locking.ahead import MOST_AHEAD, Ahead
from support.memory_index import index, resolve, versions


def test_more_and_more_is_asked_for_together_once_several_were_waited_for():
    ahead = Ahead()
    assert [list(ahead.after("a", number)) for number in (0, 1)] == [[], []]
    assert list(ahead.after("a", 2)) == [3, 4, 5, 6]
    assert list(ahead.after("a", 7)) == list(range(8, 16))
    for number in (16, 40):
        last = list(ahead.after("a", number))
    assert (last[0], len(last)) == (41, MOST_AHEAD)
    assert list(ahead.after("b", 0)) == []


def test_a_long_way_down_comes_to_the_same_with_few_waits():
    table = {
        "app": {f"{number}.0": [f"lib=={number}.0"] for number in range(1, 61)},
        "lib": {f"{number}.0": ["base<5"] if number > 2 else [] for number in range(1, 61)},
        "base": {"5.0": []},
    }
    reader = index(table)
    assert versions(resolve(reader, "app")) == {"app": "2.0", "lib": "2.0"}
    wheels = [name for name in reader.asked if name.endswith(".whl")]
    assert len(wheels) == len(set(wheels))
