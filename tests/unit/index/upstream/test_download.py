from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.download import Download
from bodega.index.upstream.errors import (
    PartUselessError,
    UpstreamAnswerError,
    UpstreamFileChangedError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.flight import Flight
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
    return carried_out(upstream, Flight(file))


def carried_out(upstream: SeenUpstream, flight: Flight) -> SeenFile:
    with upstream.parts.claim(flight.file.key) as part:
        assert part is not None
        try:
            return Download(flight, upstream.source, part, pause=0.0001).run()
        except UpstreamFileChangedError:
            part.discard()
            raise


def left(upstream: SeenUpstream, content: bytes, **told: object) -> None:
    """What a process that was killed leaves behind."""
    with upstream.parts.claim(a_file().key) as part:
        assert part is not None
        part.write(content)
        part.tell(replace(part.state, **told))  # type: ignore[arg-type]


def kept(upstream: SeenUpstream) -> list[Path]:
    return [path for path in Path(upstream.blobs.beside("sha256")).rglob("*") if path.is_file()]


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
    carried_out(upstream, flight)
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


def test_what_a_killed_process_left_is_gone_on_with(upstream: SeenUpstream) -> None:
    left(upstream, CONTENT[:400_000], validator='"e"', size=len(CONTENT), published=300_000)
    upstream.transport.answers[URL] = going_on()
    flight = Flight(a_file())
    assert carried_out(upstream, flight) == a_file()
    ((_, headers),) = upstream.transport.asked
    assert (headers["Range"], headers["If-Range"]) == ("bytes=400000-", '"e"')


def test_a_part_that_is_whole_needs_no_request(upstream: SeenUpstream) -> None:
    left(upstream, CONTENT)
    flight, published = Flight(a_file()), []
    flight.listen(lambda: published.append(flight.published))
    assert carried_out(upstream, flight) == a_file()
    assert upstream.transport.asked == []
    assert max(published) < len(CONTENT), "its hash was not checked before"


def test_a_part_that_was_damaged_is_not_the_upstream_s_fault(upstream: SeenUpstream) -> None:
    left(upstream, b"!" + CONTENT[1:400_000])
    upstream.transport.answers[URL] = going_on()
    with pytest.raises(PartUselessError):
        fetched(upstream, a_file())
    assert kept(upstream) == []


@pytest.mark.parametrize(
    "answer",
    [
        MemoryAnswer(CONTENT[:300_000] + b"other" + CONTENT[300_005:], url=URL),
        MemoryAnswer(b"", status=416, url=URL),
        MemoryAnswer(
            CONTENT[400_000:], status=206, headers={"content-range": "bytes 400000-499999/500000"}, url=URL
        ),
    ],
)
def test_an_upstream_that_has_another_file_now(upstream: SeenUpstream, answer: MemoryAnswer) -> None:
    left(upstream, CONTENT[:400_000])
    upstream.transport.answers[URL] = answer
    with pytest.raises(PartUselessError):
        fetched(upstream, a_file())


def test_a_part_of_which_nothing_tells_what_it_is_is_begun_anew(upstream: SeenUpstream) -> None:
    file = a_file(sha256=None, size=None)
    with upstream.parts.claim(file.key) as part:
        assert part is not None
        part.write(b"something else")
    upstream.give("a-1.tar.gz", CONTENT)
    assert fetched(upstream, file).sha256 == sha256_of(CONTENT).value
    assert "Range" not in upstream.transport.asked[0][1]


def test_without_hash_and_validator_the_whole_is_asked_for_again_and_compared(upstream: SeenUpstream) -> None:
    answers = [MemoryAnswer(CONTENT, cut=300_000, url=URL), MemoryAnswer(CONTENT, url=URL)]
    upstream.transport.answers[URL] = lambda _headers: answers.pop(0)
    assert fetched(upstream, a_file(sha256=None, size=None)).sha256 == sha256_of(CONTENT).value
    assert all("Range" not in headers for _, headers in upstream.transport.asked)
    answers += [MemoryAnswer(CONTENT, cut=300_000, url=URL), MemoryAnswer(b"!" + CONTENT[1:], url=URL)]
    with pytest.raises(UpstreamFileChangedError):
        fetched(upstream, a_file(sha256=None, size=None))


def test_a_part_that_is_longer_than_the_file_is_thrown_away(upstream: SeenUpstream) -> None:
    left(upstream, CONTENT + b"more")
    upstream.give("a-1.tar.gz", CONTENT)
    assert fetched(upstream, a_file()) == a_file()


def test_readers_of_what_is_begun_anew_are_not_given_two_files_in_one(upstream: SeenUpstream) -> None:
    left(upstream, CONTENT + b"more")
    flight = Flight(a_file())
    flight.path = "what they read"
    with pytest.raises(PartUselessError):
        carried_out(upstream, flight)
