"""A wanted archive out of an old one: what is kept lies where it must, and the rest is named as missing."""

import io
import struct
import zipfile
from dataclasses import replace
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.content.zip_delta import OldArchiveError, end_length, write_kept, zip_delta
from bodega.content.zip_directory import ZipFaultError, directory_start, read_directory
from support.raw_zip import DEFLATED, STORED, Raw, member, zip_bytes

LONG = bytes(range(256)) * 40
NAMES = st.sampled_from(["a.py", "b/c.py", "b/d.so", "x-1.dist-info/RECORD", "é.txt"])
CONTENTS = st.sampled_from([b"", b"one", b"two", LONG, LONG[:-1], LONG[::-1]])
EXTRAS = st.sampled_from([b"", b"", b"\x01\x00\x00\x00", b"UT\x05\x00\x01abcd"])


@st.composite
def archives(draw: st.DrawFn) -> bytes:
    """Archives of few members, so that two of them have much in common; by two kinds of writers."""
    content = draw(st.dictionaries(NAMES, CONTENTS, max_size=5))
    date = draw(st.sampled_from([(2026, 1, 1, 0, 0, 0), (2026, 5, 17, 12, 30, 2)]))
    streamed = draw(st.booleans())
    out = io.BytesIO()
    with zipfile.ZipFile(_Forward(out) if streamed else out, "w") as archive:
        for name, data in content.items():
            info = zipfile.ZipInfo(name, date)
            info.extra = draw(EXTRAS) if not streamed else b""
            archive.writestr(info, data, draw(st.sampled_from([STORED, DEFLATED])))
    return out.getvalue()


class _Forward(io.RawIOBase):
    """A pipe, to which zip archives are written with descriptors."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        return self._out.write(data)


def rebuilt(old: bytes, wanted: bytes) -> tuple[bytes, int]:
    """The wanted archive as an installer makes it, and how many bytes of members it had to fetch."""
    given_file, source = io.BytesIO(old), io.BytesIO(wanted)
    delta = zip_delta(given_file, read_directory(source))
    out = io.BytesIO(bytes(len(wanted)))
    write_kept(delta, given_file, out)
    start = directory_start(source)
    for first, end in (*delta.missing, (start, len(wanted))):
        out.seek(first)
        out.write(wanted[first:end])
    return out.getvalue(), sum(end - first for first, end in delta.missing)


@given(archives(), archives())
def test_kept_and_missing_make_the_whole(old: bytes, wanted: bytes) -> None:
    assert rebuilt(old, wanted)[0] == wanted


@given(archives())
def test_an_archive_needs_little_of_itself(archive: bytes) -> None:
    content, fetched = rebuilt(archive, archive)
    assert content == archive
    odd = [
        one for one in read_directory(io.BytesIO(archive)) if b"UT\x05\x00" in archive[one.offset : one.end]
    ]
    assert fetched == sum(one.end - one.offset for one in odd)


def test_equal_content_is_found_under_another_path_and_date() -> None:
    old = zip_bytes([member("p-1.dist-info/LICENSE", LONG), member("p.py", b"1")])
    wanted = zip_bytes([member("p.py", b"2"), member("p-2.dist-info/LICENSE", LONG)])
    assert rebuilt(old, wanted) == (wanted, 30 + 4 + 1)


def test_neighbours_that_are_missing_are_one_span() -> None:
    old = zip_bytes([member("a", LONG)])
    wanted = zip_bytes([member("b", b"1"), member("c", b"2"), member("a", LONG), member("d", b"3")])
    delta = zip_delta(io.BytesIO(old), read_directory(io.BytesIO(wanted)))
    assert delta.missing == ((0, 2 * 32), (2 * 32 + 31 + len(LONG), 2 * 32 + 31 + len(LONG) + 32))


def test_a_member_with_another_descriptor_is_not_kept() -> None:
    plain = member("a", LONG)
    right = replace(plain, flags=0x808, descriptor=b"PK\x07\x08" + struct.pack("<3L", *plain.fields()))
    old, wanted = zip_bytes([plain]), zip_bytes([right])
    content, fetched = rebuilt(old, wanted)
    assert content == wanted
    assert fetched > len(LONG)


@pytest.mark.parametrize("data", [b"", b"not a zip", zip_bytes([member("a", LONG)])[:-1]])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(ZipFaultError):
        zip_delta(io.BytesIO(data), ())


def test_an_old_archive_that_shrinks_meanwhile_is_noticed() -> None:
    archive = zip_bytes([member("a", LONG)])
    delta = zip_delta(io.BytesIO(archive), read_directory(io.BytesIO(archive)))
    with pytest.raises(OldArchiveError):
        write_kept(delta, io.BytesIO(archive[:100]), io.BytesIO())


def test_the_end_is_the_directory_and_what_describes_the_wheel() -> None:
    code, info = (
        member("a.py", LONG),
        [member("a-1.dist-info/METADATA", b"m"), member("a-1.dist-info/RECORD")],
    )
    archive = zip_bytes([code, *info])
    assert end_length(io.BytesIO(archive)) == len(archive) - read_directory(io.BytesIO(archive))[1].offset
    archive = zip_bytes([*info, code])
    assert end_length(io.BytesIO(archive)) == len(archive) - directory_start(io.BytesIO(archive))


def test_an_old_header_that_lies_costs_nothing_but_bytes() -> None:
    old = bytearray(zip_bytes([Raw(name=b"a", content=LONG)]))
    old[0:4] = b"PK\x07\x08"
    wanted = zip_bytes([Raw(name=b"a", content=LONG)])
    assert rebuilt(bytes(old), wanted)[0] == wanted
