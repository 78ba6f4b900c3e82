"""Publishing a file: what is decided, and what stays of a publication that fails."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bodega.adapters.memory.catalog import MemoryCatalogViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.content.blob_store import StorageFullError
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.names import NormalizedName, project_name
from bodega.index.catalog.commands import PublishFile
from bodega.index.catalog.errors import FileAlreadyExistsError, ProjectClosedError
from bodega.index.catalog.events import FilePublished
from bodega.index.catalog.handlers import publish_file
from bodega.messaging.serialization import decode

NOW = datetime(2026, 1, 2, tzinfo=UTC)
SAMPLE = NormalizedName("sample")


class Bytes:
    """Bytes that are kept in a set of digests, unless there is no room."""

    def __init__(self, store: set[Digest], *digests: Digest, full: bool = False) -> None:
        self.store = store
        self.digests = digests
        self.brought: list[Digest] = []
        self.full = full

    def keep(self) -> None:
        for digest in self.digests:
            if digest not in self.store:
                self.brought.append(digest)
            self.store.add(digest)
        if self.full:
            raise StorageFullError

    def forget(self, is_used: Callable[[Digest], bool]) -> None:
        self.store -= {digest for digest in self.brought if not is_used(digest)}


class House:
    def __init__(self) -> None:
        self.begin = BeginMemoryWork(MemoryState())
        self.views = MemoryCatalogViews(self.begin.state, "main")
        self.store: set[Digest] = set()

    def publish(self, content: bytes = b"one", *, full: bool = False, **changes: object) -> bool:
        order = replace(ordered(content), **changes)  # type: ignore[arg-type]
        return publish_file(order, self.begin, lambda: NOW, Bytes(self.store, order.digest, full=full))

    def events(self) -> list[FilePublished]:
        types = {FilePublished.type: FilePublished}
        kept = [kept.letter for kept in self.begin.state.letters.values()]
        return [decode(letter.type, letter.payload, types) for letter in kept]  # type: ignore[misc]


def ordered(content: bytes) -> PublishFile:
    return PublishFile(
        index="main",
        project=project_name("Sample"),
        version="1.0",
        filename="sample-1.0-py3-none-any.whl",
        kind="wheel",
        digest=sha256_of(content),
        size=len(content),
        requires_python=None,
        metadata=None,
        by="ci",
    )


def test_file_serial_and_event_come_together() -> None:
    house = House()
    assert house.publish()
    page = house.views.project_page(SAMPLE)
    assert page is not None
    assert (page.serial, [file.filename for file in page.files]) == (1, ["sample-1.0-py3-none-any.whl"])
    (event,) = house.events()
    assert (event.subject, event.serial, event.at, event.by) == (SAMPLE, 1, NOW, "ci")
    assert (event.version, event.sha256, event.size) == ("1.0", sha256_of(b"one").value, 3)


def test_the_same_bytes_again_are_no_change() -> None:
    house = House()
    house.publish()
    assert not house.publish()
    assert (house.views.last_serial(), len(house.events())) == (1, 1)


def test_other_bytes_are_refused_and_not_kept() -> None:
    house = House()
    house.publish()
    with pytest.raises(FileAlreadyExistsError, match=r"^File already exists") as refused:
        house.publish(b"two")
    assert (refused.value.stored, refused.value.offered) == (sha256_of(b"one"), sha256_of(b"two"))
    assert house.store == {sha256_of(b"one")}
    assert house.views.last_serial() == 1


def test_a_name_whose_file_is_gone_is_not_used_again() -> None:
    house = House()
    house.publish()
    house.begin.state.projects["main", SAMPLE].files.clear()
    for content in (b"one", b"two"):
        with pytest.raises(FileAlreadyExistsError):
            house.publish(content)


def test_the_same_bytes_under_another_spelling_are_refused() -> None:
    house = House()
    house.publish()
    with pytest.raises(FileAlreadyExistsError):
        house.publish(filename="Sample-1.0-py3-none-any.whl")


@pytest.mark.parametrize(
    ("status", "closed"), [("archived", True), ("quarantined", True), ("deprecated", False)]
)
def test_a_closed_project_takes_no_files(status: str, closed: bool) -> None:
    house = House()
    house.publish()
    kept = house.begin.state.projects["main", SAMPLE]
    kept.project = replace(kept.project, status=status, status_reason="moved")  # type: ignore[arg-type]
    if not closed:
        assert house.publish(b"two", filename="sample-1.1-py3-none-any.whl", version="1.1")
        return
    with pytest.raises(ProjectClosedError) as refused:
        house.publish(b"two", filename="sample-1.1-py3-none-any.whl", version="1.1")
    assert (refused.value.status, refused.value.why) == (status, "moved")
    assert house.store == {sha256_of(b"one")}


def test_a_full_disk_leaves_nothing() -> None:
    house = House()
    with pytest.raises(StorageFullError):
        house.publish(full=True)
    assert (house.store, house.views.last_serial(), house.events()) == (set(), 0, [])
    assert house.publish()


def test_a_commit_that_fails_leaves_nothing() -> None:
    house = House()
    house.begin.at_commit = _full_once()
    with pytest.raises(StorageFullError):
        house.publish()
    assert (house.store, house.views.last_serial(), house.events()) == (set(), 0, [])
    assert house.publish()


def test_bytes_that_somebody_published_meanwhile_are_not_taken_away() -> None:
    house = House()

    def another_publishes_first() -> None:
        house.begin.at_commit = None
        raise StorageFullError

    class Racing(Bytes):
        def forget(self, is_used: Callable[[Digest], bool]) -> None:
            # Between the failed commit and the look at who uses the bytes.
            super().forget(lambda _: True)

    house.begin.at_commit = another_publishes_first
    order = ordered(b"one")
    with pytest.raises(StorageFullError):
        publish_file(order, house.begin, lambda: NOW, Racing(house.store, order.digest))
    assert house.store == {order.digest}


def test_any_history_keeps_names_and_bytes_together() -> None:
    """A small model: whatever comes in whatever order, a name means the first bytes it was used for."""
    chance = random.Random(7)
    house, expected = House(), {}
    for _ in range(300):
        version = f"1.{chance.randrange(6)}"
        content = chance.choice([b"one", b"two", b"three"])
        full = chance.random() < 0.2
        filename = f"sample-{version}-py3-none-any.whl"
        try:
            is_new = house.publish(content, full=full, version=version, filename=filename)
        except FileAlreadyExistsError:
            assert expected[filename] != content
        except StorageFullError:
            assert full
            assert filename not in expected
        else:
            assert is_new == (filename not in expected)
            assert expected.setdefault(filename, content) == content
    page = house.views.project_page(SAMPLE)
    assert page is not None
    assert {file.filename: file.hashes["sha256"] for file in page.files} == {
        name: sha256_of(content).value for name, content in expected.items()
    }
    assert house.store == {sha256_of(content) for content in expected.values()}
    assert [event.serial for event in house.events()] == list(range(1, len(expected) + 1))


def _full_once() -> Callable[[], None]:
    calls = iter((True,))

    def at_commit() -> None:
        if next(calls, False):
            raise StorageFullError

    return at_commit
