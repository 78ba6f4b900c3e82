"""The bytes of members: streamed, bounded, and checked."""

import io
import os
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.content.zip_directory import ZipFaultError, read_directory
from bodega.content.zip_members import PIECE, ZipDataError, member_pieces, new_inflater
from support.raw_zip import DEFLATED, STORED, Raw, described, member, zip_bytes


def pieces(one: Raw) -> list[bytes]:
    file = io.BytesIO(zip_bytes([one, member("next.py", b"next")]))
    return list(member_pieces(file, read_directory(file)[0]))


@given(st.binary(max_size=3000), st.sampled_from([STORED, DEFLATED]), st.booleans())
def test_content_comes_out_as_it_went_in(content: bytes, method: int, streamed: bool) -> None:
    one = member("a.py", content, method=method)
    assert b"".join(pieces(described(one) if streamed else one)) == content


@pytest.mark.parametrize(
    "content", [bytes(5 * PIECE + 7), os.urandom(3 * PIECE + 1), bytes(PIECE), b"ab" * PIECE]
)
@pytest.mark.parametrize("method", [STORED, DEFLATED])
def test_large_members_come_in_pieces(content: bytes, method: int) -> None:
    found = pieces(member("a.bin", content, method=method))
    assert b"".join(found) == content
    assert max(map(len, found)) <= PIECE + 1


def test_a_bomb_is_stopped_at_its_promised_size() -> None:
    one = member("a.bin", bytes(50 * PIECE), method=DEFLATED, size=PIECE)
    file = io.BytesIO(zip_bytes([one]))
    seen: list[int] = []
    with pytest.raises(ZipDataError, match="more than"):
        seen.extend(map(len, member_pieces(file, read_directory(file)[0])))
    assert sum(seen) <= PIECE


@pytest.mark.parametrize("descriptor", ["zip64", "bare", "bare zip64"])
def test_every_form_of_descriptor_is_understood(descriptor: str) -> None:
    one = member("a.py", b"content")
    body = struct.pack("<L", zlib.crc32(one.content)) + struct.pack(
        "<2Q" if "64" in descriptor else "<2L", 7, 7
    )
    mark = b"" if "bare" in descriptor else b"PK\x07\x08"
    told = member("a.py", b"content", flags=0x808, descriptor=mark + body)
    assert b"".join(pieces(told)) == b"content"


def test_bytes_behind_compressed_data_are_refused() -> None:
    class Padded(Raw):
        @property
        def packed(self) -> bytes:
            return zlib.compress(self.content, 6, -15) + b"hidden"

    with pytest.raises(ZipDataError, match="follow"):
        pieces(Padded(name=b"a.py", content=b"x", method=DEFLATED))


def test_bytes_between_members_are_refused() -> None:
    one = member("a.py", b"content", descriptor=b"hidden")
    with pytest.raises(ZipFaultError):
        pieces(one)


def test_both_inflaters_are_raw_and_bounded() -> None:
    inflater, _ = new_inflater()
    assert len(inflater.decompress(zlib.compress(bytes(10_000), 6, -15), 100)) == 100
    assert not inflater.eof
