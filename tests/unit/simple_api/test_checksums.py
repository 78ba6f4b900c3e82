import zlib

from hypothesis import given
from hypothesis import strategies as st

from bodega.simple_api.checksums import crc32_joined


@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_the_crc_of_two_parts_is_that_of_the_whole(first, second):
    joined = crc32_joined(zlib.crc32(first), zlib.crc32(second), len(second))
    assert joined == zlib.crc32(first + second)


def test_lengths_of_any_size():
    second = b"b" * 70_001
    assert crc32_joined(zlib.crc32(b"a"), zlib.crc32(second), len(second)) == zlib.crc32(b"a" + second)
