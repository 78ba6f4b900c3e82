"""Source archives of every age are unpacked into one folder, and hostile ones into none."""

import bz2
import gzip
import io
import lzma
import os
import stat
import tarfile
import time
import tracemalloc
import zipfile

import pytest

from bodega.content.sdist_errors import SdistError
from bodega.installer.building.unpacking import unpack_source
from support.hostile_sdists import NAME, PKG_INFO, TOP, info, only, packed, tar


def unpacked(tmp_path, content: bytes, filename: str = NAME) -> str:
    (tmp_path / filename).write_bytes(content)
    (tmp_path / "out").mkdir()
    return unpack_source(str(tmp_path / filename), filename, str(tmp_path / "out"))


def zipped(*members: tuple[str, bytes, int]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content, mode in members:
            member = zipfile.ZipInfo(name, (2001, 2, 3, 4, 5, 6))
            member.external_attr = mode << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress, bytes], ids=["gz", "bz2", "xz", "plain"]
)
def test_every_old_packing_is_known_by_its_content(tmp_path, pack):
    root = unpacked(tmp_path, pack(tar((info(f"{TOP}/a/b.txt"), b"content"))), "made-1.0.weird")
    assert root == str(tmp_path / "out" / TOP)
    assert (tmp_path / "out" / TOP / "a" / "b.txt").read_bytes() == b"content"
    assert (tmp_path / "out" / TOP / "PKG-INFO").read_bytes() == PKG_INFO


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"])
def test_bombs_are_stopped_early_in_every_packing(tmp_path, pack):
    content = pack(tar((info(f"{TOP}/zeros"), bytes(80 << 20))))
    tracemalloc.start()
    with pytest.raises(SdistError) as caught:
        unpacked(tmp_path, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code == "E-SDIST-UNSAFE-LIMIT"
    assert peak < 32 << 20
    assert os.path.getsize(tmp_path / "out" / TOP / "zeros") <= 64 << 20


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress], ids=["bz2", "xz"])
@pytest.mark.parametrize("spoil", [lambda x: x[: len(x) // 2], lambda x: x + x, lambda x: x + b"!"])
def test_damaged_streams_are_refused_in_every_packing(tmp_path, pack, spoil):
    with pytest.raises(SdistError, match="trusted"):
        unpacked(tmp_path, spoil(pack(tar((info(f"{TOP}/a"), os.urandom(50_000))))))


def test_zip_archives(tmp_path):
    content = zipped(
        (f"{TOP}/", b"", 0o40755), (f"{TOP}/setup.py", b"x", 0o100644), (f"{TOP}/run", b"y", 0o100755)
    )
    root = unpacked(tmp_path, content, "evil-1.0.zip")
    assert sorted(os.listdir(root)) == ["run", "setup.py"]
    assert os.stat(f"{root}/run").st_mode & 0o111
    assert not os.stat(f"{root}/setup.py").st_mode & 0o111
    assert time.localtime(os.stat(f"{root}/run").st_mtime)[:3] == (2001, 2, 3)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ([("../evil", b"x", 0o100644)], "E-SDIST-UNSAFE-MEMBER"),
        ([("/etc/evil", b"x", 0o100644)], "E-SDIST-UNSAFE-MEMBER"),
        ([(f"{TOP}/a", b"/etc", 0o120777)], "E-SDIST-UNSAFE-LINK"),
        ([(f"{TOP}/a", b"b", 0o120777), (f"{TOP}/a/x", b"x", 0o100644)], "E-SDIST-UNSAFE-MEMBER"),
        ([(f"{TOP}/a", b"x", 0o010644)], "E-SDIST-UNSAFE-MEMBER"),
        ([(f"{TOP}/zeros", bytes(100 << 20), 0o100644)], "E-SDIST-UNSAFE-LIMIT"),
        ([(f"{TOP}/a", b"x", 0o100644), ("other/b", b"x", 0o100644)], "E-SDIST-UNSAFE-LAYOUT"),
        ([], "E-SDIST-UNSAFE-LAYOUT"),
    ],
)
def test_hostile_zip_archives_are_refused(tmp_path, members, code):
    with pytest.raises(SdistError) as caught:
        unpacked(tmp_path, zipped(*members), "evil-1.0.zip")
    assert caught.value.code == code


def test_links_inside_the_archive_work(tmp_path):
    content = packed(
        (info(f"{TOP}/b", tarfile.SYMTYPE, "docs/c"), b""),
        (info(f"{TOP}/docs/c"), b"content"),
        (info(f"{TOP}/hard", tarfile.LNKTYPE, f"{TOP}/docs/c"), b""),
    )
    root = unpacked(tmp_path, content)
    assert os.readlink(f"{root}/b") == "docs/c"
    for name in ("b", "hard"):
        with open(f"{root}/{name}", "rb") as file:
            assert file.read() == b"content"


def test_modes_and_times_are_those_that_a_build_can_use(tmp_path):
    root = unpacked(
        tmp_path,
        packed(
            (info(f"{TOP}/run", mode=0o6777, mtime=0), b"x"),
            (info(f"{TOP}/secret", mode=0o000, mtime=1e9), b"y"),
        ),
    )
    assert stat.S_IMODE(os.stat(f"{root}/run").st_mode) == 0o755
    assert stat.S_IMODE(os.stat(f"{root}/secret").st_mode) == 0o644
    assert time.gmtime(os.stat(f"{root}/run").st_mtime)[0] == 1980
    assert os.stat(f"{root}/secret").st_mtime == 1e9


def test_an_archive_without_a_folder_of_its_own(tmp_path):
    assert unpacked(tmp_path, zipped(("setup.py", b"", 0), ("a/b", b"", 0)), "x.zip") == str(tmp_path / "out")


def test_the_first_member_may_be_written_with_a_dot(tmp_path):
    assert unpacked(tmp_path, only(f"./{TOP}/setup.py")) == str(tmp_path / "out" / TOP)
