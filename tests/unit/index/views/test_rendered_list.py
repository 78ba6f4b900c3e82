import json

import pytest

from bodega.adapters.memory.lists import MemoryListStore
from bodega.content.blob_store import StorageFullError
from bodega.index.views import rendered_list
from bodega.index.views.index_view import ListMark
from bodega.index.views.list_store import ListKey
from bodega.index.views.rendered_list import RenderedList
from bodega.simple_api.codings import decode
from bodega.simple_api.pages import ListedProject
from support.views import SetView


class CountingView(SetView):
    """Knows its changes by serial, and counts the names that are read of it."""

    def __init__(self, count):
        super().__init__()
        self.serials = {f"n{number:05}": 1 for number in range(count)}
        self.serial, self.rules, self.read = 1, "", 0

    def listed(self, low="", below=None):
        for name in sorted(self.serials):
            if low <= name and (below is None or name < below):
                self.read += 1
                yield ListedProject(name, name, self.serials[name])

    def list_mark(self):
        return ListMark(serial=self.serial, rules=self.rules)

    def listed_since(self, mark, most):
        return [name for name, serial in self.serials.items() if serial > mark.serial][:most]

    def change(self, *names):
        self.serial += 1
        self.serials |= dict.fromkeys(names, self.serial)


def told(projects):
    document = json.loads(body(projects.get("json", "identity")))
    return {entry["name"]: entry["_last-serial"] for entry in document["projects"]}


def body(found):
    sent = b"".join(found.chunks())
    assert len(sent) == found.length
    return sent


def test_the_list_is_rendered_when_it_has_changed():
    view = SetView("a")
    projects = RenderedList(view)
    assert projects.at_once("json", "identity") is None
    first = projects.get("json", "identity")
    assert told(projects) == {"a": 1}
    assert projects.at_once("json", "identity") == projects.get("json", "identity") == first
    assert (first.serial, view.rendered) == (7, 1)
    view.typed, view.state = ("a", "b"), "2"
    assert projects.at_once("json", "identity") is None
    assert projects.get("json", "identity").etag != first.etag
    assert told(projects) == {"a": 1, "b": 1}


def test_forms_and_codings_are_kept_apart():
    projects = RenderedList(SetView("a"))
    packed, plain = projects.get("html", "zstd"), projects.get("html", "identity")
    assert decode(body(packed), "zstd") == body(plain) == decode(body(projects.get("html", "gzip")), "gzip")
    assert packed.etag != plain.etag


def test_what_would_have_to_be_measured_is_not_given_at_once():
    projects = RenderedList(SetView("a"))
    projects.get("json", "zstd")
    assert projects.at_once("json", "zstd") is not None
    assert projects.at_once("json", "gzip") is None


def test_a_change_reads_its_neighbours_only():
    view = CountingView(30_000)
    projects = RenderedList(view)
    assert told(projects) == view.serials
    view.read = 0
    view.change("n15000", "n15000-new")
    assert told(projects) == view.serials
    assert 1 < view.read < 5000
    assert projects.get("json", "zstd").serial == 2
    assert RenderedList(view).get("json", "zstd").etag == projects.get("json", "zstd").etag


def test_the_last_serial_changes_where_no_name_does():
    view = CountingView(3)
    projects = RenderedList(view)
    before = projects.get("json", "zstd")
    view.serial = 5
    after = projects.get("json", "zstd")
    assert (after.serial, after.etag != before.etag, view.read) == (5, True, 3)


@pytest.mark.parametrize("case", ["other rules", "back in time", "too many"])
def test_otherwise_all_is_read_again(case, monkeypatch):
    monkeypatch.setattr(rendered_list, "MOST_CHANGES", 5)
    view = CountingView(2500)
    view.change("a")
    projects = RenderedList(view)
    projects.get("json", "zstd")
    view.read = 0
    if case == "other rules":
        view.rules = "others"
    elif case == "back in time":
        view.serial = 1
    else:
        view.change(*(f"x{number}" for number in range(6)))
    assert told(projects) == view.serials
    assert view.read == len(view.serials)


def kept_by(view, store, made_of="own"):
    return RenderedList(view, store, name="main", made_of=made_of)


def test_after_a_restart_a_kept_list_is_brought_up_to_date():
    view, store = CountingView(12_000), MemoryListStore()
    first = kept_by(view, store).get("json", "zstd")
    view.read = 0
    again = kept_by(view, store).get("json", "zstd")
    assert (again.etag, view.read) == (first.etag, 0)
    view.change("n00001")
    assert told(kept_by(view, store)) == view.serials
    assert 1 < view.read < 5000


def test_a_list_that_was_kept_of_something_else_is_not_used():
    view, store = CountingView(12_000), MemoryListStore()
    kept_by(view, store).get("json", "zstd")
    view.read = 0
    kept_by(view, store, "own and more").get("json", "zstd")
    assert view.read == 12_000


def test_a_short_list_is_not_kept_and_a_long_one_not_at_each_change(monkeypatch):
    store = MemoryListStore()
    kept_by(CountingView(100), store).get("json", "zstd")
    key = ListKey("main", "json")
    assert store.load(key) is None
    view = CountingView(12_000)
    projects = kept_by(view, store)
    projects.get("json", "zstd")
    view.change("a")
    projects.get("json", "zstd")
    assert store.load(key).mark.serial == 1
    monkeypatch.setattr(rendered_list, "KEPT_EVERY", 0.0)
    projects.get("json", "zstd")
    assert store.load(key).mark.serial == 2


def test_a_full_disk_is_no_reason_not_to_answer():
    class Full(MemoryListStore):
        def load(self, key):
            raise StorageFullError

        def keep(self, key, kept):
            raise StorageFullError

    assert len(told(kept_by(CountingView(12_000), Full()))) == 12_000
