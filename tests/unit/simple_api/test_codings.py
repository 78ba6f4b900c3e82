import gzip

from hypothesis import given
from hypothesis import strategies as st

from bodega.simple_api.codings import decode, encode

CODINGS = ("identity", "gzip", "zstd")


@given(st.binary(max_size=2000), st.sampled_from(CODINGS))
def test_a_body_comes_back(body, coding):
    assert decode(encode(body, coding), coding) == body


@given(st.binary(max_size=200), st.sampled_from(CODINGS))
def test_the_same_body_gives_the_same_bytes(body, coding):
    assert encode(body, coding) == encode(body, coding)


def test_gzip_is_what_others_read_and_has_no_time():
    packed = encode(b"page" * 100, "gzip")
    assert gzip.decompress(packed) == b"page" * 100
    assert packed[4:8] == bytes(4)
    assert len(packed) < 100


def test_zstd_is_a_frame():
    assert encode(b"page", "zstd")[:4] == b"\x28\xb5\x2f\xfd"
