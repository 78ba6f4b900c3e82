import json

from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName
from bodega.index.views.list_frames import all_frames, renewed_frames
from bodega.simple_api.codings import decode
from bodega.simple_api.pages import ListedProject

NAMES = st.text("abcz09-", min_size=1, max_size=3)


class Names:
    """A list that counts what is read of it."""

    def __init__(self, names):
        self.serials = dict.fromkeys(names, 1)
        self.read = 0

    def listed(self, low, below):
        for name in sorted(self.serials):
            if low <= name and (below is None or name < below):
                self.read += 1
                yield ListedProject(NormalizedName(name), name, self.serials[name])


def told(frames):
    entries = [json.loads(b"[" + decode(frame.piece.zstd, "zstd") + b"]") for frame in frames]
    assert [len(part) for part in entries] == [frame.names for frame in frames]
    return [(entry["name"], entry["_last-serial"]) for part in entries for entry in part]


def test_frames_hold_neighbours_and_begin_where_they_say():
    names = Names(f"n{number:03}" for number in range(25))
    frames = tuple(all_frames(names.listed, "json", names=10))
    assert [(frame.low, frame.names) for frame in frames] == [("", 10), ("n010", 10), ("n020", 5)]
    assert told(frames) == sorted(names.serials.items())


def test_an_empty_list_has_one_frame():
    frames = tuple(all_frames(Names(()).listed, "html"))
    assert [(frame.low, frame.names) for frame in frames] == [("", 0)]


def test_a_change_costs_one_frame():
    names = Names(f"n{number:04}" for number in range(1000))
    before = tuple(all_frames(names.listed, "json", names=10))
    names.read = 0
    names.serials["n0500"] = 2
    names.serials["n0501a"] = 2
    after = renewed_frames(before, ["n0500", "n0501a"], names.listed, "json", names=10)
    assert names.read == 11
    assert sum(one is not other for one, other in zip(before, after, strict=True)) == 1
    assert told(after) == sorted(names.serials.items())


def test_a_frame_that_has_grown_is_cut_and_one_without_names_goes():
    names = Names(f"n{number:02}" for number in range(20))
    before = tuple(all_frames(names.listed, "json", names=10))
    new = [f"n05{letter}" for letter in "abcdefghijklm"]
    names.serials |= dict.fromkeys(new, 2)
    grown = renewed_frames(before, new, names.listed, "json", names=10)
    assert [frame.names for frame in grown] == [10, 10, 3, 10]
    assert told(grown) == sorted(names.serials.items())
    gone = [name for name in names.serials if name >= "n10"]
    for name in gone:
        del names.serials[name]
    shrunk = renewed_frames(grown, gone, names.listed, "json", names=10)
    assert [frame.names for frame in shrunk] == [10, 10, 3]
    everything = list(names.serials)
    names.serials.clear()
    assert [frame.low for frame in renewed_frames(shrunk, everything, names.listed, "json", names=10)] == [""]


@given(rounds=st.lists(st.tuples(st.sets(NAMES, max_size=12), st.sets(NAMES, max_size=12)), max_size=6))
def test_after_any_changes_the_frames_are_the_list(rounds):
    names = Names(("a", "b"))
    frames = tuple(all_frames(names.listed, "json", names=2))
    for serial, (came, went) in enumerate(rounds, 2):
        changed = {name for name in went if names.serials.pop(name, None)} | came
        names.serials |= dict.fromkeys(came, serial)
        frames = renewed_frames(frames, changed, names.listed, "json", names=2)
        lows = [frame.low for frame in frames]
        assert (lows[0], lows) == ("", sorted(lows))
        assert told(frames) == sorted(names.serials.items())
