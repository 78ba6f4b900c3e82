"""The strict reader of zip directories, beside the standard library's lenient one."""

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.content.zip_directory import ZipFaultError, read_directory, widen
from support.raw_zip import Raw, member, zip_bytes

PATHS = st.text(alphabet="abc/\u00e9 .", min_size=1, max_size=12)


def _standard(content: dict[str, bytes], method: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return out.getvalue()


@given(st.dictionaries(PATHS, st.binary(max_size=300), max_size=6), st.sampled_from([0, 8]))
def test_what_the_standard_library_writes_is_read_the_same(content: dict[str, bytes], method: int) -> None:
    data = _standard(content, method)
    mine = read_directory(io.BytesIO(data))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        theirs = archive.infolist()
    assert [(m.name, m.size, m.compressed_size, m.crc, m.offset, m.method) for m in mine] == [
        (t.filename, t.file_size, t.compress_size, t.CRC, t.header_offset, t.compress_type) for t in theirs
    ]


@given(st.data())
def test_bytes_put_anywhere_are_found(data: st.DataObject) -> None:
    good = zip_bytes([member("a.py", b"one"), member("b.py", b"two")])
    bodies = {0, len(b"") + 30 + 4 + 3, len(good)}
    at = data.draw(st.sampled_from(sorted(bodies)))
    inserted = data.draw(st.binary(min_size=1, max_size=40))
    with pytest.raises(ZipFaultError):
        read_directory(io.BytesIO(good[:at] + inserted + good[at:]))


@given(st.integers(min_value=0, max_value=400))
def test_a_cut_archive_is_refused(length: int) -> None:
    good = zip_bytes([member("a.py", b"x" * 200), member("b.py", b"y" * 90)])
    with pytest.raises(ZipFaultError):
        read_directory(io.BytesIO(good[: min(length, len(good) - 1)]))


def test_members_come_in_the_order_of_the_file() -> None:
    good = zip_bytes([member("z.py", b"1"), member("a.py", b"2")])
    assert [one.name for one in read_directory(io.BytesIO(good))] == ["z.py", "a.py"]


def test_an_archive_without_members_is_empty() -> None:
    assert read_directory(io.BytesIO(zip_bytes([]))) == ()


def _zip64(members: list[Raw], **lies: int) -> bytes:
    plain = zip_bytes(members)
    at = plain.rindex(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<H2L", plain, at + 10)
    told = {"count": count, "size": size, "start": start, **lies}
    record = struct.pack(
        "<4sQ2H2L4Q",
        b"PK\x06\x06",
        44,
        45,
        45,
        0,
        0,
        told["count"],
        told["count"],
        told["size"],
        told["start"],
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return plain[:at] + record + locator + end


def test_zip64_directories_are_read() -> None:
    members = [member("a.py", b"x"), member("b.py", b"y")]
    assert [one.name for one in read_directory(io.BytesIO(_zip64(members)))] == ["a.py", "b.py"]


@pytest.mark.parametrize("lies", [{"count": 1}, {"size": 3}, {"start": 1}, {"count": 10**9}])
def test_zip64_directories_that_lie_are_refused(lies: dict[str, int]) -> None:
    with pytest.raises(ZipFaultError):
        read_directory(io.BytesIO(_zip64([member("a.py", b"x"), member("b.py", b"y")], **lies)))


def test_a_full_field_takes_its_value_from_the_extra_block() -> None:
    block = struct.pack("<2HQ", 1, 8, 5 << 30)
    assert widen(block, 0xFFFFFFFF, 7) == (5 << 30, 7)
    with pytest.raises(ZipFaultError, match="missing"):
        widen(struct.pack("<2H", 1, 0), 0xFFFFFFFF)


def test_a_damaged_extra_block_is_refused() -> None:
    with pytest.raises(ZipFaultError, match="damaged"):
        widen(struct.pack("<2H", 1, 8) + b"xx", 1)
