"""Asking for byte ranges, and reading what comes, whatever that is."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.simple_api.byte_ranges import (
    Place,
    RangeAnswerError,
    content_range,
    is_multipart,
    merged,
    parts,
    range_header,
    without,
)
from support.upstream import several_ranges

BODY = bytes(range(256)) * 8
SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda one: (one[0], sum(one))))


def read(answer: MemoryAnswer, size: int = 1 << 16) -> list[tuple[int, int, bytes]]:
    return [
        (place.start, place.end, b"".join(pieces)) for place, pieces in parts(answer, answer.pieces(size))
    ]


@given(SPANS, st.integers(0, 5))
def test_merging_loses_nothing_and_leaves_gaps(spans: list[tuple[int, int]], gap: int) -> None:
    found = merged(spans, gap)
    inside = {at for start, end in spans for at in range(start, end)}
    assert inside <= {at for start, end in found for at in range(start, end)}
    assert all(one[1] + gap < other[0] for one, other in itertools.pairwise(found))


@given(SPANS, SPANS)
def test_what_is_left_is_what_is_not_known(
    spans: list[tuple[int, int]], known: list[tuple[int, int]]
) -> None:
    left = [at for start, end in without(spans, merged(known)) for at in range(start, end)]
    covered = {at for start, end in known for at in range(start, end)}
    assert left == sorted({at for start, end in spans for at in range(start, end)} - covered)


def test_ranges_are_asked_for_with_their_last_byte() -> None:
    assert range_header([(0, 1), (10, 20)]) == "bytes=0-0,10-19"


def test_one_range() -> None:
    answer = MemoryAnswer(BODY[5:9], 206, {"content-range": f"bytes 5-8/{len(BODY)}"})
    assert not is_multipart(answer)
    assert read(answer) == [(5, 9, BODY[5:9])]


@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 48)), min_size=2), st.integers(1, 300))
def test_several_ranges_in_pieces_of_any_size(spans: list[tuple[int, int]], size: int) -> None:
    wanted = [(start, start + length) for start, length in spans]
    kind, body = several_ranges(BODY, range_header(wanted))
    answer = MemoryAnswer(body, 206, {"content-type": kind})
    assert is_multipart(answer)
    assert read(answer, size) == [(start, end, BODY[start:end]) for start, end in wanted]


def test_a_quoted_boundary_and_fields_of_any_case() -> None:
    body = b"--a b\nCONTENT-RANGE: Bytes 0-1/9\n\nhi\r\n--a b--"
    answer = MemoryAnswer(body + b"\n", 206, {"content-type": 'Multipart/ByteRanges; x=y; boundary="a b"'})
    assert read(answer) == [(0, 2, b"hi")]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "bytes",
        "bytes 5-4/9",
        "bytes 0-9/9",
        "bytes */9",
        "bytes 0-1/*",
        "lines 0-1/9",
        "bytes 0-1/" + "9" * 30,
    ],
)
def test_a_place_that_makes_no_sense_is_refused(value: str) -> None:
    with pytest.raises(RangeAnswerError):
        content_range({"content-range": value})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n" * 100_000,
        b"--other\r\n",
        b"--B\r\nContent-Range: bytes 0-9/20\r\n\r\nshort",
        b"--B\r\nContent-Range: bytes 0-1/20\r\n\r\nhi and more\r\n--B--\r\n",
        b"--B\r\nContent-Type: text/plain\r\n\r\nhi\r\n--B--\r\n",
        b"--B\r\n" + b"x: y\r\n" * 100_000,
        b"--B\r\n" + b"x" * 1_000_000,
    ],
)
def test_parts_that_are_not_as_they_should_be_are_refused(body: bytes) -> None:
    with pytest.raises(RangeAnswerError):
        read(MemoryAnswer(body, 206, {"content-type": "multipart/byteranges; boundary=B"}))


def test_a_place_has_its_numbers() -> None:
    assert content_range({"content-range": "bytes 0-0/1"}) == Place(0, 1, 1)
