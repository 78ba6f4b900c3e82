from collections.abc import Callable
from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import (
    UpstreamAnswerError,
    UpstreamFileChangedError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.flight import Download, Flight
from bodega.index.upstream.model import SeenFile
from support.seen_upstream import FILES, SeenUpstream

CONTENT = bytes(range(256)) * 5000
URL = f"{FILES}a-1.tar.gz"


@pytest.fixture
def upstream(tmp_path: Path) -> SeenUpstream:
    return SeenUpstream(tmp_path)


def a_file(**changes: object) -> SeenFile:
    values = {
        "project": NormalizedName("a"),
        "filename": "a-1.tar.gz",
        "url": URL,
        "sha256": sha256_of(CONTENT).value,
        "size": len(CONTENT),
        "first_seen": None,
    }
    return SeenFile(**{**values, **changes})  # type: ignore[arg-type]


def fetched(upstream: SeenUpstream, file: SeenFile) -> SeenFile:
    return Download(Flight(file), upstream.source, upstream.blobs, pause=0.0001).run()


def kept(upstream: SeenUpstream) -> list[Path]:
    root = Path(upstream.blobs._root)
    return [path for path in root.rglob("*") if path.is_file()]


def test_the_bytes_are_kept_under_their_digest(upstream: SeenUpstream) -> None:
    upstream.give("a-1.tar.gz", CONTENT)
    assert fetched(upstream, a_file()) == a_file()
    assert b"".join(upstream.blobs.read(sha256_of(CONTENT))) == CONTENT


def test_what_the_upstream_did_not_tell_is_learned(upstream: SeenUpstream) -> None:
    upstream.give("a-1.tar.gz", CONTENT)
    assert fetched(upstream, a_file(sha256=None, size=None)) == a_file()


def test_the_last_piece_is_held_back_until_the_hash_is_right(upstream: SeenUpstream) -> None:
    upstream.give("a-1.tar.gz", CONTENT)
    flight, published = Flight(a_file()), []
    flight.listen(lambda: published.append(flight.published))
    Download(flight, upstream.source, upstream.blobs).run()
    assert max(published) == len(CONTENT) // (256 << 10) * (256 << 10) < len(CONTENT)
    assert published == sorted(published)


def going_on(*cuts: int) -> Callable[[object], MemoryAnswer]:
    """Answers of an upstream that resumes: each gives so many bytes and is cut, the last gives the rest."""
    left = list(cuts)

    def answer(headers: object) -> MemoryAnswer:
        start = int(headers.get("Range", "bytes=0-")[6:-1])  # type: ignore[attr-defined]
        whole = CONTENT[start:]
        cut = left.pop(0) if left else None
        extra = {"content-range": f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}", "etag": '"e"'}
        return MemoryAnswer(whole, status=206 if start else 200, cut=cut, headers=extra, url=URL)

    return answer


def test_a_cut_goes_on_where_it_stopped(upstream: SeenUpstream) -> None:
    upstream.transport.answers[URL] = going_on(100_000, 300_000)
    assert fetched(upstream, a_file()) == a_file()
    ranges = [headers.get("Range") for _, headers in upstream.transport.asked]
    assert ranges == [None, "bytes=100000-", "bytes=400000-"]
    assert upstream.transport.asked[1][1]["If-Range"] == '"e"'


def test_an_upstream_that_gives_the_whole_again_is_skipped_along(upstream: SeenUpstream) -> None:
    cuts = [500_000, 200_000, None]

    def answer(_headers: object) -> MemoryAnswer:
        return MemoryAnswer(CONTENT, cut=cuts.pop(0), url=URL)

    upstream.transport.answers[URL] = answer
    assert fetched(upstream, a_file()) == a_file()


def test_it_gives_up_when_nothing_comes(upstream: SeenUpstream) -> None:
    upstream.transport.answers[URL] = going_on(1000, *[0] * 20)
    with pytest.raises(UpstreamUnavailableError):
        fetched(upstream, a_file())
    assert kept(upstream) == []


@pytest.mark.parametrize(
    ("file", "content"),
    [
        (a_file(), CONTENT[:-1] + b"!"),
        (a_file(), CONTENT + b"!"),
        (a_file(), CONTENT[:-1]),
        (a_file(size=None), CONTENT + b"!"),
        (a_file(sha256=None, declared="sha512:" + "0" * 128), CONTENT),
        (a_file(size=5), CONTENT),
    ],
)
@pytest.mark.parametrize("announced", [True, False])
def test_other_bytes_are_refused_and_not_kept(
    upstream: SeenUpstream, file: SeenFile, content: bytes, announced: bool
) -> None:
    headers = {"content-length": str(len(content))} if announced else {}
    upstream.give("a-1.tar.gz", content, headers=headers)
    with pytest.raises(UpstreamFileChangedError):
        fetched(upstream, file)
    assert kept(upstream) == []


def test_a_promise_by_another_algorithm_counts(upstream: SeenUpstream) -> None:
    import hashlib

    upstream.give("a-1.tar.gz", CONTENT)
    file = a_file(sha256=None, declared=f"sha512:{hashlib.sha512(CONTENT).hexdigest()}")
    assert fetched(upstream, file).sha256 == sha256_of(CONTENT).value


def test_a_continuation_of_something_else_is_refused(upstream: SeenUpstream) -> None:
    answers = [
        MemoryAnswer(CONTENT, cut=1000, url=URL),
        MemoryAnswer(CONTENT[5:], status=206, headers={"content-range": "bytes 5-9/10"}, url=URL),
    ]
    upstream.transport.answers[URL] = lambda _headers: answers.pop(0)
    with pytest.raises(UpstreamAnswerError):
        fetched(upstream, a_file())
    assert kept(upstream) == []


def test_listeners_are_told_and_may_leave() -> None:
    flight, told = Flight(a_file()), []

    def listener() -> None:
        told.append(1)

    flight.listen(listener)
    flight.move()
    flight.leave(listener)
    flight.move()
    assert len(told) == 2
