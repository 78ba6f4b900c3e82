"""One gzip member, read forward and bounded."""

import gzip
import io

import pytest

from bodega.content.gzip_stream import MOST_AT_ONCE, GzipFaultError, GzipLimitError, InflatedStream

TEXT = bytes(range(256)) * 1000


def stream(data: bytes, limit: int = 1 << 20) -> InflatedStream:
    return InflatedStream(io.BytesIO(data), limit)


def test_it_reads_forward_and_knows_where_it_is() -> None:
    opened = stream(gzip.compress(TEXT))
    assert opened.read(10) == opened.last == TEXT[:10]
    assert opened.seek(70_000) == opened.tell() == 70_000
    assert opened.read(300) == TEXT[70_000:70_300]
    with pytest.raises(GzipFaultError, match="backwards"):
        opened.seek(5)
    with pytest.raises(GzipFaultError, match="middle"):
        opened.seek(len(TEXT) + 1)


def test_only_zeros_may_be_left_at_the_end() -> None:
    stream(gzip.compress(bytes(5000))).end()
    with pytest.raises(GzipFaultError, match="goes on"):
        stream(gzip.compress(bytes(5000) + b"x")).end()


@pytest.mark.parametrize("tail", [b"x", gzip.compress(b"hidden", mtime=0), b"\0"])
def test_nothing_stands_behind_it(tail: bytes) -> None:
    with pytest.raises(GzipFaultError, match="behind its end"):
        stream(gzip.compress(b"") + tail).end()


def test_what_is_cut_or_damaged_is_said() -> None:
    whole = gzip.compress(TEXT)
    with pytest.raises(GzipFaultError, match="too early"):
        stream(whole[:-4]).read(len(TEXT) + 1)
    with pytest.raises(GzipFaultError, match="does not inflate"):
        stream(b"no gzip at all").read(1)
    with pytest.raises(GzipFaultError, match="does not inflate"):
        stream(whole[:-6] + b"\0\0" + whole[-4:]).read(len(TEXT) + 1)


def test_limits_hold_before_memory_is_taken() -> None:
    with pytest.raises(GzipLimitError, match="more than 1000 bytes"):
        stream(gzip.compress(TEXT), 1000).read(10)
    with pytest.raises(GzipLimitError, match="at once"):
        stream(gzip.compress(TEXT)).read(MOST_AT_ONCE + 1)
