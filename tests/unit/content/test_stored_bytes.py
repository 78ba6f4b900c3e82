"""Stored bytes against those who refer to them, in memory."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bodega.adapters.memory.blobs import MemoryBlobStore
from bodega.content.stored_bytes import Finding, Reference, StoredBlob, check_owned, check_stored
from bodega.formats.digests import Digest, sha256_of

NOW = datetime(2026, 1, 2, tzinfo=UTC)


class Store(MemoryBlobStore):
    def keep(self, content: bytes, *, hours: float = 2, lie: bytes | None = None) -> Digest:
        """Have bytes for some hours; ``lie``: what they have become."""
        digest = sha256_of(content)
        self.blobs[digest] = content if lie is None else lie
        self.modified[digest] = NOW - timedelta(hours=hours)
        return digest


class Table:
    """Implements ``References``; ``gone`` digests are deleted after they were listed."""

    def __init__(self, *references: Reference, kept: dict[Digest, str] | None = None) -> None:
        self.references = references
        self.kept_names = kept or {}
        self.gone: set[Digest] = set()

    def owned(self) -> Iterator[Reference]:
        yield from self.references

    def is_owned(self, digest: Digest) -> bool:
        return digest not in self.gone and any(one.digest == digest for one in self.references)

    def kept(self, digest: Digest) -> str | None:
        return self.kept_names.get(digest)


def of(digest: Digest, filename: str = "a.whl", size: int | None = None) -> Reference:
    return Reference(
        digest=digest, size=size, index="main", project="a", filename=filename, file_digest=digest
    )


def owned(table: Table, store: Store) -> list[tuple[str, str]]:
    found = check_owned(table, store, lambda _: None)
    return [(one.kind, one.of) for one in found if isinstance(one, Finding)]


def stored(table: Table, store: Store) -> list[tuple[str, str]]:
    found = check_stored(store, table, store, now=NOW, pace=lambda _: None)
    return [(one.kind, one.of) for one in found if isinstance(one, Finding)]


def test_what_is_right_is_not_found() -> None:
    store = Store()
    table = Table(of(store.keep(b"right"), size=5))
    assert owned(table, store) == []
    assert stored(table, store) == []


def test_missing_and_damaged_files_are_each_named() -> None:
    store = Store()
    table = Table(
        of(sha256_of(b"gone"), "gone.whl"),
        of(store.keep(b"bytes", lie=b"other"), "damaged.whl"),
        of(store.keep(b"length"), "longer.whl", size=7),
    )
    assert owned(table, store) == [
        ("missing", "main/a/gone.whl"),
        ("damaged", "main/a/damaged.whl"),
        ("damaged", "main/a/longer.whl"),
    ]


def test_bytes_of_two_files_are_read_once_and_both_are_named() -> None:
    store, read = Store(), 0
    digest = store.keep(b"shared", lie=b"broken")

    def count(length: int) -> None:
        nonlocal read
        read += length

    table = Table(of(digest, "one.whl"), of(digest, "two.whl"))
    found = [one.of for one in check_owned(table, store, count) if isinstance(one, Finding)]
    assert found == ["main/a/one.whl", "main/a/two.whl"]
    assert read == 6


def test_a_file_that_is_deleted_meanwhile_is_not_missed() -> None:
    store = Store()
    table = Table(of(sha256_of(b"deleted")))
    table.gone = {sha256_of(b"deleted")}
    assert owned(table, store) == []


def test_a_kept_file_is_checked_and_named_by_its_upstream() -> None:
    store = Store()
    good, bad = store.keep(b"good"), store.keep(b"bad", lie=b"BAD")
    table = Table(kept={good: "upstream/x/good.whl", bad: "upstream/x/bad.whl", sha256_of(b"not here"): "x"})
    assert stored(table, store) == [("damaged-kept", "upstream/x/bad.whl")]


def test_only_old_bytes_are_orphans() -> None:
    store = Store()
    old, _ = store.keep(b"old", hours=1), store.keep(b"young", hours=0.99)
    assert stored(Table(), store) == [("orphan", str(old))]


def test_what_vanishes_between_list_and_look_is_no_finding() -> None:
    store = Store()
    digest = store.keep(b"evicted")
    listed = [StoredBlob(digest, 7, NOW, NOW)]
    store.delete(digest)

    class Listed:
        def stored(self) -> Iterator[StoredBlob]:
            yield from listed

    found = list(
        check_stored(Listed(), Table(kept={digest: "upstream/x/a.whl"}), store, now=NOW, pace=lambda _: None)
    )
    assert not any(isinstance(one, Finding) for one in found)


def test_a_part_is_said_beside_the_name() -> None:
    digest = sha256_of(b"m")
    reference = Reference(
        digest=digest, index="team", project="a", filename="a.whl", file_digest=digest, part="metadata"
    )
    assert str(reference) == "team/a/a.whl (metadata)"
