from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bodega.content.stored_bytes import Reference, StoredBlob
from bodega.formats.digests import Digest, sha256_of
from bodega.index.upstream.room import surplus

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def blob(name: str, size: int, hours: float) -> StoredBlob:
    """A blob that was used so many hours ago."""
    used = NOW - timedelta(hours=hours)
    return StoredBlob(sha256_of(name.encode()), size, used, used)


class House:
    """Blobs, those of upstreams by what they are kept for, and those that published files are made of."""

    def __init__(self, *blobs: StoredBlob, kept: dict[str, str], owned: tuple[str, ...] = ()) -> None:
        self._blobs = blobs
        self._kept = {sha256_of(name.encode()): words for name, words in kept.items()}
        self._owned = {sha256_of(name.encode()) for name in owned}

    def stored(self) -> Iterator[StoredBlob]:
        return iter(self._blobs)

    def owned(self) -> Iterator[Reference]:
        return iter(())

    def is_owned(self, digest: Digest) -> bool:
        return digest in self._owned

    def kept(self, digest: Digest) -> str | None:
        return self._kept.get(digest)


KEPT = {name: f"upstream/{name}/{name}.whl" for name in "abcd"}
A, B, C, D = blob("a", 40, 4), blob("b", 40, 3), blob("c", 40, 2), blob("d", 40, 1)


def going(house: House, limit: int) -> list[StoredBlob]:
    return surplus(house, house, limit, NOW)


def test_within_the_limit_all_stay() -> None:
    assert going(House(A, B, kept=KEPT), 80) == []


def test_what_was_used_longest_ago_goes_first_and_some_room_more_is_made() -> None:
    house = House(D, B, A, C, kept=KEPT)
    assert going(house, 160) == []
    assert going(house, 159) == [A]
    assert going(house, 100) == [A, B]
    assert going(house, 0) == [A, B, C, D]


def test_what_is_in_use_stays() -> None:
    used_now = blob("d", 500, 0.01)
    assert going(House(A, used_now, kept=KEPT), 100) == [A]


def test_published_files_and_metadata_never_go() -> None:
    kept = {**KEPT, "c": "upstream/c/c.whl (metadata)"}
    house = House(A, B, C, blob("published", 1000, 100), kept=kept, owned=("b", "published"))
    assert going(house, 50) == []
    assert going(house, 10) == [A]
