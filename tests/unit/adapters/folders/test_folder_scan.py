"""Which files of a folder are read, and when they are read again; the clock is the test's."""

import logging
import os
import time
from pathlib import Path

import pytest

from bodega.adapters.folders.facts_cache import FactsCache
from bodega.adapters.folders.folder_scan import FolderScan
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename


class House:
    """A folder whose files are an hour old unless a test says otherwise."""

    def __init__(self, folder: Path, cache: FactsCache | None = None) -> None:
        self.folder = folder
        self.later = 0.0
        self.scan = FolderScan(os.path.realpath(folder), cache or FactsCache(None), self.now)

    def now(self) -> float:
        return time.time() + self.later

    def put(self, path: str, content: bytes, *, age: float = 3600) -> Path:
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        then = self.now() - age
        os.utime(place, (then, then))
        return place

    def look(self, *doubtful: Path) -> list[str]:
        self.scan.look(map(str, doubtful))
        return [file.filename for file, _ in self.scan.files()]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_everything_is_found_at_the_first_look(house: House) -> None:
    house.put("b/sample-1.0.tar.gz", sdist_bytes())
    house.put("a/x/" + wheel_filename(), wheel_bytes(), age=0)
    assert house.look() == [wheel_filename(), "sample-1.0.tar.gz"]


def test_files_and_folders_come_and_go(house: House) -> None:
    house.put(wheel_filename(), wheel_bytes())
    house.look()
    new = house.put("deep/er/" + wheel_filename(version="2.0"), wheel_bytes(version="2.0"))
    assert house.look() == [wheel_filename(version="2.0"), wheel_filename()]
    new.unlink()
    new.parent.rmdir()
    new.parent.parent.rmdir()
    assert house.look() == [wheel_filename()]
    assert house.scan.look() is False


def test_a_file_is_not_read_again_unless_it_changed(house: House) -> None:
    place = house.put(wheel_filename(), wheel_bytes())
    house.look()
    house.later += 10
    assert house.scan.look() is False
    before = [facts.sha256 for _, facts in house.scan.files()]
    house.put(wheel_filename(), wheel_bytes(files={"y.py": b""}), age=100)
    house.look(place)
    assert [facts.sha256 for _, facts in house.scan.files()] != before


def test_a_file_that_is_being_written_waits(house: House) -> None:
    house.look()
    place = house.put(wheel_filename(), wheel_bytes()[:50], age=0)
    assert house.look() == []
    place.write_bytes(wheel_bytes())
    house.later += 0.5
    assert house.look() == [wheel_filename()]


def test_a_file_written_over_is_not_served_meanwhile(house: House) -> None:
    place = house.put(wheel_filename(), wheel_bytes())
    house.look()
    house.put(wheel_filename(), wheel_bytes()[:70], age=0)
    assert house.look(place) == []
    place.write_bytes(wheel_bytes())
    house.later += 0.5
    assert house.look() == [wheel_filename()]


def test_a_broken_file_is_told_once_and_taken_when_it_is_mended(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    place = house.put(wheel_filename(), b"nothing", age=1)
    house.put("sample-2.0.tar.gz", sdist_bytes())
    with caplog.at_level(logging.WARNING):
        assert house.look() == []
        assert caplog.messages == [message for message in caplog.messages if "tar.gz" in message]
        house.later += 3
        house.look()
        house.look()
        told = [message for message in caplog.messages if str(place) in message]
        assert len(told) == 1
        assert "E-WHEEL" in told[0]
    house.put(wheel_filename(), wheel_bytes())
    assert house.look() == [wheel_filename()]


def test_a_strange_name_is_told(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.put("what ever\n.whl", wheel_bytes())
    house.put("name.whl", wheel_bytes())
    assert house.look() == []
    assert len(caplog.messages) == 2
    assert not any("\n" in message for message in caplog.messages)


def test_a_change_within_the_grain_of_time_is_seen(house: House) -> None:
    """Same length, same time: only the content is another."""
    place = house.put(wheel_filename(), wheel_bytes(files={"x": b"1"}), age=0.5)
    house.look()
    before = [facts.sha256 for _, facts in house.scan.files()]
    times = (place.stat().st_atime_ns, place.stat().st_mtime_ns)
    with place.open("r+b") as file:
        file.write(wheel_bytes(files={"x": b"2"}))
    os.utime(place, ns=times)
    house.later += 3
    house.look()
    assert [facts.sha256 for _, facts in house.scan.files()] != before


def test_facts_are_kept_for_the_next_start(tmp_path: Path) -> None:
    folder, kept = tmp_path / "wheels", str(tmp_path / "facts.json")
    house = House(folder, FactsCache(kept))
    place = house.put(wheel_filename(), wheel_bytes())
    assert house.look() == [wheel_filename()]
    house.scan.keep()
    times, size = (place.stat().st_atime_ns, place.stat().st_mtime_ns), place.stat().st_size
    with place.open("r+b") as file:
        file.write(b"x" * size)
    os.utime(place, ns=times)
    assert House(folder, FactsCache(kept)).look() == [wheel_filename()], "it was not read again"


def test_a_folder_that_goes_and_comes_back(house: House) -> None:
    house.put(wheel_filename(), wheel_bytes())
    house.look()
    away = house.folder.with_name("away")
    house.folder.rename(away)
    assert house.look() == []
    assert house.look() == []
    away.rename(house.folder)
    assert house.look() == [wheel_filename()]


def test_many_files_are_read_together(house: House) -> None:
    for number in range(40):
        house.put(wheel_filename(version=f"1.{number}"), wheel_bytes(version=f"1.{number}"))
    assert len(house.look()) == 40
