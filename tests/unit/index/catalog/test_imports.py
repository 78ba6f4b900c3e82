"""Files of a folder: taken as uploads are, without a form, by whoever runs the index."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.memory.catalog import MemoryCatalogViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.formats.digests import sha256_of
from bodega.formats.names import normalize
from bodega.index.catalog.accept import Acceptance
from bodega.index.catalog.errors import FileAlreadyExistsError, UploadRefusedError
from bodega.index.catalog.imports import Importing, ImportUnreadableError, Incoming
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = datetime(2026, 1, 2, tzinfo=UTC)
        self.reads = 0
        begin = BeginMemoryWork(MemoryState())
        self.views = MemoryCatalogViews(begin.state, "main")
        self.blobs = FolderBlobStore(str(folder))
        acceptance = Acceptance("main", self.blobs, begin, lambda: self.now)
        self.importing = Importing(acceptance, self.blobs, self.views, "local:me")

    def take(self, content: bytes, filename: str) -> str:
        def pieces() -> Iterator[bytes]:
            self.reads += 1
            yield content[:100]
            yield content[100:]

        return self.importing.take(Incoming(filename, pieces))

    def stored(self) -> set[str]:
        return {path.name for path in self.folder.rglob("*") if path.is_file()}


def test_a_wheel_and_an_sdist_are_published_as_they_say_they_are(tmp_path: Path) -> None:
    house = House(tmp_path)
    wheel, sdist = wheel_bytes("Sample", metadata="Requires-Python: >=3.9\n"), sdist_bytes()
    assert house.take(wheel, "Sample-1.0-py3-none-any.whl") == "published"
    assert house.take(sdist, "sample-1.0.tar.gz") == "published"
    page = house.views.project_page(normalize("sample"))
    assert page is not None
    found = {file.filename: file for file in page.files}
    assert found["Sample-1.0-py3-none-any.whl"].hashes == {"sha256": sha256_of(wheel).value}
    assert found["Sample-1.0-py3-none-any.whl"].requires_python == ">=3.9"
    assert found["sample-1.0.tar.gz"].upload_time == house.now
    assert set(found["sample-1.0.tar.gz"].other_hashes) == {"md5", "blake2b_256"}


def test_the_same_bytes_again_change_nothing_and_are_only_read(tmp_path: Path) -> None:
    house, content = House(tmp_path), wheel_bytes()
    assert house.take(content, wheel_filename()) == "published"
    house.reads = 0
    assert house.take(content, wheel_filename()) == "there"
    assert house.reads == 1


def test_other_bytes_under_a_used_name_are_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(wheel_bytes(), wheel_filename())
    before = house.stored()
    with pytest.raises(FileAlreadyExistsError):
        house.take(wheel_bytes(files={"other.py": b""}), wheel_filename())
    assert house.stored() == before


@pytest.mark.parametrize(
    ("content", "filename", "code"),
    [
        (b"no archive", wheel_filename(), "E-WHEEL"),
        (wheel_bytes("other"), wheel_filename(), "E-WHEEL"),
        (wheel_bytes(), "sample.whl", "E-UPLOAD-FILENAME"),
        (wheel_bytes(), "what ever-1.0-py3-none-any.whl", "E-UPLOAD-FILENAME"),
        (sdist_bytes(), "sample.tar.gz", "E-UPLOAD-FILENAME"),
        (sdist_bytes()[:90], "sample-1.0.tar.gz", "E-SDIST"),
    ],
)
def test_what_is_wrong_with_the_file_is_told_and_nothing_kept(
    tmp_path: Path, content: bytes, filename: str, code: str
) -> None:
    house = House(tmp_path)
    with pytest.raises(UploadRefusedError) as refused:
        house.take(content, filename)
    assert all(fault.code.startswith(code) for fault in refused.value.faults), refused.value
    assert house.stored() == set()


def test_a_release_that_is_closed_to_uploads_takes_it(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.take(wheel_bytes(), wheel_filename())
    house.now += timedelta(days=400)
    assert house.take(sdist_bytes(), "sample-1.0.tar.gz") == "published"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    house = House(tmp_path)

    def pieces() -> Iterator[bytes]:
        yield b"PK"
        raise PermissionError(13, "Permission denied")

    with pytest.raises(ImportUnreadableError) as refused:
        house.importing.take(Incoming(wheel_filename(), pieces))
    assert refused.value.why == "Permission denied"
    assert house.stored() == set()


@pytest.mark.parametrize("left", [None, b"", b"half"])
def test_bytes_that_were_lost_are_put_back(tmp_path: Path, left: bytes | None) -> None:
    house, content = House(tmp_path), wheel_bytes()
    house.take(content, wheel_filename())
    path = house.blobs.path(sha256_of(content))
    assert path is not None
    Path(path).unlink()
    if left is not None:
        Path(path).write_bytes(left)
    assert house.take(content, wheel_filename()) == "restored"
    assert Path(path).read_bytes() == content
    assert house.take(content, wheel_filename()) == "there"
