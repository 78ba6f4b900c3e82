"""Answers kept to be given again: as long as nothing has changed, and not one moment longer."""

import math

import pytest

from bodega.web.repeats import Recorder, Repeats
from bodega.web.request import FileBody

URL = b"/simple/sample/"
JSON, HTML = (b"application/json", b"gzip", b""), (b"text/html", b"", b"")


class Index:
    """A database with a version, and a clock."""

    def __init__(self, memory_bytes: int = 1 << 20) -> None:
        self.version, self.now = 1, 100.0
        self.repeats = Repeats(lambda: self.version, clock=lambda: self.now, memory_bytes=memory_bytes)

    def answer(
        self,
        url: bytes = URL,
        variant: tuple[bytes, bytes, bytes] = JSON,
        body: bytes = b"page",
        seconds: float = math.inf,
    ) -> None:
        keep(self.repeats.recorder(url, variant), body, seconds)

    def body(self, url: bytes = URL, variant: tuple[bytes, bytes, bytes] = JSON) -> object:
        found = self.repeats.find(url, variant)
        return None if found is None else found.body


def keep(recorder: Recorder, body: bytes, seconds: float = math.inf) -> None:
    recorder.keep("project", "/simple/sample/", [(b"etag", b'"e"')], body=body, seconds=seconds)


def test_an_answer_is_given_again_for_its_url_and_variant_alone() -> None:
    index = Index()
    index.answer()
    assert index.body() == b"page"
    assert index.body(variant=HTML) is None
    assert index.body(variant=(*JSON[:2], b"Basic somebody")) is None
    assert index.body(url=b"/simple/other/") is None


def test_what_is_kept_of_an_answer() -> None:
    index = Index()
    index.answer(body=b"12345")
    found = index.repeats.find(URL, JSON)
    assert found is not None
    assert (found.route, found.path, found.etag) == ("project", "/simple/sample/", b'"e"')
    assert found.head == b'etag: "e"\r\ncontent-length: 5\r\nx-request-id: '
    assert found.unmodified_head == b'etag: "e"\r\nx-request-id: '


def test_every_commit_ends_everything() -> None:
    index = Index()
    index.answer()
    index.version += 1
    assert index.body() is None
    index.version -= 1
    assert index.body() is None
    index.answer(body=b"new")
    assert index.body() == b"new"


def test_an_answer_begun_before_a_commit_is_not_kept_after_it() -> None:
    index = Index()
    recorder = index.repeats.recorder(URL, JSON)
    index.version += 1
    keep(recorder, b"of which state?")
    assert index.body() is None
    index.answer(url=b"/simple/other/")
    keep(recorder, b"of which state?")
    assert index.body() is None


def test_an_answer_ends_with_its_time() -> None:
    index = Index()
    index.answer(seconds=1.0)
    index.now += 0.9
    assert index.body() == b"page"
    index.now += 0.1
    assert index.body() is None


def test_nothing_is_repeated_while_the_database_does_not_say_its_version() -> None:
    index = Index()
    index.answer()

    def broken() -> int:
        raise OSError

    index.repeats._read_version = broken
    assert index.body() is None
    index.answer(body=b"made meanwhile")
    index.repeats._read_version = lambda: index.version
    assert index.body() == b"page"


def test_memory_has_a_bound_and_the_oldest_go_first() -> None:
    index = Index(memory_bytes=20_000)
    urls = [b"/simple/%d/" % number for number in range(10)]
    for url in urls:
        index.answer(url=url, body=bytes(3000))
    kept = [url for url in urls if index.body(url=url) is not None]
    assert kept == urls[-4:]
    index.answer(url=b"/large/", body=bytes(10_000))
    assert index.body(url=b"/large/") is None


def test_variants_without_end_are_bounded_too() -> None:
    index = Index(memory_bytes=20_000)
    for number in range(1000):
        index.answer(variant=(b"%d" % number, b"", b""))
    assert index.repeats._used <= 20_000
    assert sum(map(len, index.repeats._kept.values())) <= 20_000 / 1500


def test_the_same_answer_kept_twice_counts_once() -> None:
    index = Index(memory_bytes=20_000)
    for _ in range(100):
        index.answer(body=bytes(3000))
    assert index.body() == bytes(3000)


@pytest.mark.parametrize("size", [0, 70_000])
def test_bodies_in_files_have_their_length(size: int) -> None:
    index = Index()
    recorder = index.repeats.recorder(URL, JSON)
    recorder.keep("file", "/f", [], body=FileBody("/nowhere", size), seconds=math.inf)
    found = index.repeats.find(URL, JSON)
    assert found is not None
    assert found.head == b"content-length: %d\r\nx-request-id: " % size
    assert found.etag == b""
