"""What an upstream knows against a release."""

import json

import pytest

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.index.upstream.advisories import PAUSE, UpstreamAdvisories
from bodega.index.upstream.source import UpstreamSource

URL = "https://index.example.org/x/pypi/some/1.0+a/json"
ENTRY = {
    "aliases": ["CVE-1"],
    "details": "Bad",
    "fixed_in": ["1.1"],
    "id": "PYSEC-1",
    "link": "https://a.example",
    "source": "osv",
    "summary": None,
    "withdrawn": None,
}


def made(answer, root="https://index.example.org/x/simple/", **more):
    transport = MemoryTransport({URL: answer} if answer is not None else {})
    return UpstreamAdvisories(UpstreamSource(root, transport, "here"), **more), transport


def answer(found, **more):
    return MemoryAnswer(json.dumps({"vulnerabilities": found}).encode(), **more)


def test_entries_are_passed_on_with_the_fields_that_are_known():
    known, transport = made(answer([{**ENTRY, "odd": 1}]))
    assert known.of("some", "1.0+a") == [ENTRY]
    assert known.of("some", "1.0+a") == [ENTRY]
    assert len(transport.asked) == 1, "for a while what was said holds"
    assert transport.asked[0][1]["X-Bodega-Via"] == "here"
    assert made(answer([]))[0].of("some", "1.0+a") == []


@pytest.mark.parametrize(
    "given",
    [
        None,
        MemoryAnswer(b"<html>"),
        MemoryAnswer(b"[" * 100_000),
        MemoryAnswer(b"{}"),
        MemoryAnswer(b"who?", status=403),
        answer({}),
        answer([7]),
        answer([{"id": 7}]),
        answer([ENTRY] * 1001),
    ],
)
def test_what_is_not_said_is_not_taken_for_nothing_being_known(given):
    known, transport = made(given)
    assert known.of("some", "1.0+a") is None
    assert known.of("some", "1.0+a") is None
    assert len(transport.asked) == 1


def test_an_upstream_that_is_down_is_left_alone_for_a_while():
    now = [100.0]
    known, transport = made(answer([ENTRY]), clock=lambda: now[0])
    transport.reachable = False
    assert known.of("some", "1.0+a") is None
    assert known.of("other", "1.0") is None
    assert len(transport.asked) == 1
    transport.reachable = True
    assert known.of("some", "1.0+a") is None, "the pause is not over"
    now[0] += PAUSE
    assert known.of("some", "1.0+a") == [ENTRY]


def test_an_upstream_whose_url_does_not_end_as_the_public_ones_has_none():
    known, transport = made(answer([ENTRY]), root="https://index.example.org/root/")
    assert known.of("some", "1.0+a") is None
    assert transport.asked == []


def test_no_more_is_kept_than_is_bounded():
    known, transport = made(None, most=2)
    for name in ("a", "b", "c", "c", "a"):
        known.of(name, "1")
    assert [url.split("/")[-3] for url, _ in transport.asked] == ["a", "b", "c", "a"]
