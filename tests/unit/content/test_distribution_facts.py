"""What an index tells of a file, read from the file."""

from pathlib import Path

import pytest

from bodega.content.distribution_facts import DistributionFacts, DistributionNameError, read_facts
from bodega.content.sdist_errors import SdistError
from bodega.content.wheel_errors import WheelError
from bodega.formats.digests import sha256_of
from bodega.formats.metadata import InvalidMetadataError
from bodega.formats.names import InvalidProjectNameError
from support.distributions import sdist_bytes, wheel_bytes


def facts(folder: Path, filename: str, content: bytes) -> DistributionFacts:
    path = folder / filename
    path.write_bytes(content)
    return read_facts(str(path), filename, len(content))


def info(name: str = "sample", version: str = "1.0") -> bytes:
    return f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nRequires-Python: >=3.9\n".encode()


def test_a_wheel(tmp_path: Path) -> None:
    content = wheel_bytes("Big.Sample", metadata="Requires-Python: >=3.9\n")
    found = facts(tmp_path, "Big.Sample-1.0-py3-none-any.whl", content)
    assert (found.name, found.version, found.requires_python) == ("Big.Sample", "1.0", ">=3.9")
    assert found.sha256 == sha256_of(content).value
    document = b"Metadata-Version: 2.4\nName: Big.Sample\nVersion: 1.0\nRequires-Python: >=3.9\n"
    assert found.metadata_sha256 == sha256_of(document).value


def test_an_sdist(tmp_path: Path) -> None:
    content = sdist_bytes(members={"PKG-INFO": info(version="1.0.0")})
    found = facts(tmp_path, "sample-1.0.tar.gz", content)
    assert (found.version, found.requires_python, found.metadata_sha256) == ("1.0.0", ">=3.9", None)
    assert found.sha256 == sha256_of(content).value


def test_an_old_sdist_name_with_dashes(tmp_path: Path) -> None:
    content = sdist_bytes(members={"PKG-INFO": info("two-words")})
    assert facts(tmp_path, "two-words-1.0.tar.gz", content).name == "two-words"


@pytest.mark.parametrize(
    ("filename", "content", "error"),
    [
        ("sample-1.0-py3-none-any.whl", b"", WheelError),
        ("sample-1.0-py3-none-any.whl", wheel_bytes()[:-30], WheelError),
        ("other-1.0-py3-none-any.whl", wheel_bytes(), WheelError),
        ("sample.whl", wheel_bytes(), WheelError),
        ("sample-1.0.tar.gz", sdist_bytes()[:60], SdistError),
        ("sample-2.0.tar.gz", sdist_bytes(), DistributionNameError),
        ("other-1.0.tar.gz", sdist_bytes(), DistributionNameError),
        ("sample.tar.gz", sdist_bytes(), DistributionNameError),
        ("sample-1.0.tar.gz", sdist_bytes(members={"PKG-INFO": info(version="x.y")}), DistributionNameError),
        ("sample-1.0.tar.gz", sdist_bytes(members={"PKG-INFO": info(name="..")}), InvalidProjectNameError),
        ("sample-1.0.tar.gz", sdist_bytes(members={"PKG-INFO": b"Name: x\n"}), InvalidMetadataError),
    ],
)
def test_what_is_not_what_its_name_says(
    tmp_path: Path, filename: str, content: bytes, error: type[Exception]
) -> None:
    with pytest.raises(error):
        facts(tmp_path, filename, content)
