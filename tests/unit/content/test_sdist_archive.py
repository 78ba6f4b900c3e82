"""Source distributions, read safely."""

import gzip
import io
import tarfile
from pathlib import Path

import pytest

from bodega.content.sdist_archive import read_sdist
from bodega.content.sdist_errors import SdistError
from support.distributions import sdist_bytes


def read(folder: Path, content: bytes) -> tuple[str, bytes]:
    path = folder / "sample-1.0.tar.gz"
    path.write_bytes(content)
    archive = read_sdist(str(path), path.name, len(content))
    return archive.folder, archive.pkg_info


def tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        for member, content in members:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


INFO = (member("sample-1.0/PKG-INFO"), b"Name: sample\n")


def test_a_right_sdist_gives_its_folder_and_metadata(tmp_path: Path) -> None:
    folder, info = read(tmp_path, sdist_bytes())
    assert folder == "sample-1.0"
    assert b"Name: sample" in info


def test_links_that_stay_inside_are_allowed(tmp_path: Path) -> None:
    content = tar(INFO, (member("sample-1.0/docs/README", tarfile.SYMTYPE, "../PKG-INFO"), b""))
    assert read(tmp_path, content)[0] == "sample-1.0"


@pytest.mark.parametrize(
    "extra",
    [
        member("../evil"),
        member("sample-1.0/../../evil"),
        member("/etc/evil"),
        member("sample-1.0/out", tarfile.SYMTYPE, "/etc"),
        member("sample-1.0/out", tarfile.SYMTYPE, "../../etc"),
        member("sample-1.0/hard", tarfile.LNKTYPE, "../../etc/passwd"),
        member("sample-1.0/fifo", tarfile.FIFOTYPE),
        member("sample-1.0/device", tarfile.CHRTYPE),
        member("sample-1.0/a\nb"),
        member("other-1.0/file"),
        member("loose-file"),
        member("sample-1.0/PKG-INFO"),
    ],
    ids=lambda info: f"{info.name!r}-{info.type.decode()}",
)
def test_members_that_lead_out_or_mean_two_things_are_refused(tmp_path: Path, extra: tarfile.TarInfo) -> None:
    with pytest.raises(SdistError):
        read(tmp_path, tar(INFO, (extra, b"")))


def test_damaged_archives_are_refused(tmp_path: Path) -> None:
    whole = sdist_bytes()
    for content in (
        b"",
        b"not gzip",
        whole[: len(whole) // 2],
        whole + b"tail",
        whole + whole,
        gzip.compress(b"x"),
    ):
        with pytest.raises(SdistError):
            read(tmp_path, content)


def test_an_archive_without_pkg_info_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SdistError, match="not a source distribution"):
        read(tmp_path, tar((member("sample-1.0/setup.py"), b"")))


def test_a_bomb_is_stopped_early(tmp_path: Path) -> None:
    with pytest.raises(SdistError) as raised:
        read(tmp_path, tar(INFO, (member("sample-1.0/zeros"), b"\0" * (80 << 20))))
    assert raised.value.code == "E-SDIST-UNSAFE-LIMIT"
