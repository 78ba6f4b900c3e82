import pytest

from bodega.web.conditions import Span, UnsatisfiableRangeError, is_unmodified, span_of

TAG = '"abc"'


@pytest.mark.parametrize("header", [TAG, f"W/{TAG}", f'"x", {TAG}', "*", f" {TAG} "])
def test_states_that_the_reader_has(header):
    assert is_unmodified(header, TAG)


@pytest.mark.parametrize("header", [None, "", '"x"', "abc", '"ab", "c"'])
def test_states_that_it_has_not(header):
    assert not is_unmodified(header, TAG)


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=2-", Span(2, 10)),
        ("bytes=2-100", Span(2, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-30", Span(0, 10)),
        ("Bytes = 1-2", Span(1, 3)),
    ],
)
def test_ranges(header, span):
    assert span_of(header, None, TAG, size=10) == span


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=1-2-3",
        "lines=1-2",
        "bytes=0-1,3-4",
        "bytes=+1-2",
        "bytes=" + "9" * 30 + "-",
    ],
)
def test_what_is_not_one_range_is_ignored(header):
    assert span_of(header, None, TAG, size=10) is None


@pytest.mark.parametrize(
    "header", ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=" + ",".join(["0-0"] * 1000)]
)
def test_ranges_outside(header):
    with pytest.raises(UnsatisfiableRangeError):
        span_of(header, None, TAG, size=10)


def test_a_range_of_another_state_is_ignored():
    assert span_of("bytes=0-1", '"other"', TAG, size=10) is None
    assert span_of("bytes=0-1", f"W/{TAG}", TAG, size=10) is None
    assert span_of("bytes=0-1", TAG, TAG, size=10) == Span(0, 2)


def test_nothing_has_no_bytes():
    with pytest.raises(UnsatisfiableRangeError):
        span_of("bytes=0-0", None, TAG, size=0)
