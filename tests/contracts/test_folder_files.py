"""What every served folder promises to its view."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bodega.adapters.folders.facts_cache import FactsCache
from bodega.adapters.folders.served_folder import ServedFolder
from bodega.adapters.memory.folder import MemoryFolder
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName, normalize
from bodega.index.views.errors import FileNotFoundHereError
from bodega.index.views.folder_files import FolderFile, FolderFiles
from support.distributions import wheel_bytes, wheel_filename

SAMPLE = NormalizedName("sample")


class Memory:
    def __init__(self, _folder: Path) -> None:
        self.files = MemoryFolder()

    def put(self, name: str, version: str = "1.0", metadata: str = "") -> FolderFile:
        content = wheel_bytes(name, version, metadata=metadata)
        document = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n{metadata}".encode()
        file = FolderFile(
            project=normalize(name),
            typed=name,
            version=version,
            filename=wheel_filename(name, version),
            digest=sha256_of(content),
            size=len(content),
            modified=datetime(2026, 1, 2, tzinfo=UTC),
            requires_python=None,
            metadata=sha256_of(document),
        )
        self.files.put(file, document)
        return file

    def take(self, filename: str) -> None:
        self.files.take(filename)

    def close(self) -> None:
        pass


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = ServedFolder(str(folder), FactsCache(None))

    def put(self, name: str, version: str = "1.0", metadata: str = "") -> FolderFile:
        filename = wheel_filename(name, version)
        content = wheel_bytes(name, version, metadata=metadata)
        before = [file for file in self.files.project(normalize(name)) if file.filename == filename]
        beside = self.folder / "new"
        beside.write_bytes(content)
        then = time.time() - 5
        os.utime(beside, (then, then))
        os.replace(beside, self.folder / filename)
        (found,) = soon(
            lambda: [
                file
                for file in self.files.project(normalize(name))
                if file.filename == filename and file not in before
            ]
        )
        return found

    def take(self, filename: str) -> None:
        os.unlink(self.folder / filename)
        soon(lambda: not any(filename == one.filename for one in self.files.project(SAMPLE)))

    def close(self) -> None:
        self.files.close()


def soon(condition: Callable[[], object], seconds: float = 10.0) -> list[FolderFile]:
    until = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < until:
        time.sleep(0.01)
    return found  # type: ignore[return-value]


@pytest.fixture(params=[Memory, Disk])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Memory | Disk]:
    house = request.param(tmp_path)
    yield house
    house.close()


def test_what_is_put_is_found(house: Memory | Disk) -> None:
    files: FolderFiles = house.files
    first, second = house.put("sample"), house.put("sample", "2.0")
    house.put("Other.Name")
    assert set(files.project(SAMPLE)) == {first, second}
    assert files.names() == {"sample": "sample", "other-name": "Other.Name"}
    assert files.file(first.digest, first.filename) == first
    assert files.file(second.digest, first.filename) is None
    assert files.project(NormalizedName("unknown")) == ()


def test_the_files_are_the_same_object_until_they_change(house: Memory | Disk) -> None:
    house.put("sample")
    before = house.files.project(SAMPLE)
    house.put("other")
    assert house.files.project(SAMPLE) is before
    house.put("sample", "2.0")
    assert house.files.project(SAMPLE) is not before


def test_the_state_changes_with_the_projects(house: Memory | Disk) -> None:
    house.put("sample")
    one = house.files.state()
    house.put("sample", "2.0")
    assert house.files.state() == one
    house.put("other")
    assert house.files.state() != one


def test_what_is_taken_away_is_gone(house: Memory | Disk) -> None:
    file = house.put("sample")
    assert sha256_of(house.files.document(file)) == file.metadata
    house.take(file.filename)
    assert house.files.project(SAMPLE) == ()
    assert house.files.file(file.digest, file.filename) is None
    with pytest.raises(FileNotFoundHereError):
        house.files.document(file)


def test_other_bytes_are_another_file(house: Memory | Disk) -> None:
    before = house.put("sample")
    after = house.put("sample", metadata="Summary: changed\n")
    assert after.digest != before.digest
    assert list(house.files.project(SAMPLE)) == [after]
    assert house.files.file(before.digest, before.filename) is None
    assert house.files.file(after.digest, after.filename) == after
