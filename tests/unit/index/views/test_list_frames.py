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

    def frames(self, names=10):
        return tuple(all_frames(self.listed, "json", names=names))


def told(frames):
    entries = [json.loads(b"[" + decode(frame.piece.zstd, "zstd") + b"]") for frame in frames]
    assert [len(part) for part in entries] == [frame.names for frame in frames]
    return [(entry["name"], entry["_last-serial"]) for part in entries for entry in part]


def test_frames_hold_neighbours_and_begin_where_they_say():
    names = Names(f"n{number:04}" for number in range(1000))
    frames = names.frames()
    lows = [frame.low for frame in frames]
    assert 70 < len(frames) < 130
    assert (lows[0], lows) == ("", sorted(lows))
    assert set(lows[1:]) < set(names.serials)
    assert told(frames) == sorted(names.serials.items())


def test_an_empty_list_has_one_frame():
    frames = tuple(all_frames(Names(()).listed, "html"))
    assert [(frame.low, frame.names) for frame in frames] == [("", 0)]


def test_a_change_costs_one_frame():
    names = Names(f"n{number:04}" for number in range(1000))
    before = names.frames()
    names.read = 0
    fifth = before[5]
    changed = sorted(names.serials)[sum(frame.names for frame in before[:5]) + 1]
    assert fifth.low < changed < before[6].low
    names.serials[changed] = 2
    after = renewed_frames(before, [changed], names.listed, "json", names=10)
    assert names.read == fifth.names
    assert [one is other for one, other in zip(before, after, strict=True)].count(False) == 1
    assert told(after) == sorted(names.serials.items())


def test_a_frame_without_the_name_that_it_begins_with_is_part_of_the_one_before():
    names = Names(f"n{number:04}" for number in range(1000))
    before = names.frames()
    gone = before[5].low
    del names.serials[gone]
    after = renewed_frames(before, [gone], names.listed, "json", names=10)
    assert len(after) == len(before) - 1
    assert after[4].names == before[4].names + before[5].names - 1
    assert after == names.frames()


@given(rounds=st.lists(st.tuples(st.sets(NAMES, max_size=12), st.sets(NAMES, max_size=12)), max_size=6))
def test_after_any_changes_the_frames_are_those_of_the_list_made_anew(rounds):
    names = Names(("a", "b"))
    frames = names.frames(2)
    for serial, (came, went) in enumerate(rounds, 2):
        changed = {name for name in went if names.serials.pop(name, None)} | came
        names.serials |= dict.fromkeys(came, serial)
        frames = renewed_frames(frames, changed, names.listed, "json", names=2)
        assert frames == names.frames(2)
        assert told(frames) == sorted(names.serials.items())
