"""What is taken from an earlier lock, and kept under its digest."""

from pathlib import Path

import pytest

from bodega.installer.locking.errors import LockInvalidError
from bodega.installer.locking.locked_versions import LockedVersion, earlier_lock, only_versions
from support.memory_index import MemoryCache

LOCK = """lock-version = "1.0"
created-by = "a test"

[[packages]]
name = "tree"
version = "1.0"
marker = "sys_platform == 'win32'"
wheels = [{ name = "tree-1.0-py3-none-any.whl", url = "https://files.example.org/tree-1.0-py3-none-any.whl", hashes = { sha256 = "00" } }]

[[packages]]
name = "tree"
version = "2.0"
marker = "sys_platform != 'win32'"
wheels = [{ name = "tree-2.0-py3-none-any.whl", url = "https://files.example.org/tree-2.0-py3-none-any.whl", hashes = { sha256 = "00" } }]

[[packages]]
name = "here"
directory = { path = "here" }

[tool.bodega]
parts = ["extra:cpu"]
platforms = ["linux-x86_64", 7]
pythons = "3.11"
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "pylock.toml"
    path.write_text(LOCK)
    return path


def test_what_is_kept_is_what_is_read(lock: Path) -> None:
    cache = MemoryCache()
    read = earlier_lock(str(lock))
    assert read.entries == (
        LockedVersion("tree", "1.0", "sys_platform == 'win32'"),  # type: ignore[arg-type]
        LockedVersion("tree", "2.0", "sys_platform != 'win32'"),  # type: ignore[arg-type]
    )
    assert read.names == ("tree", "tree", "here")
    assert (read.parts, read.platforms, read.pythons) == (("extra:cpu",), ("linux-x86_64",), ())
    assert [earlier_lock(str(lock), cache) for _ in range(2)] == [read, read]
    assert len(cache.kept) == 1


def test_another_lock_is_read_anew(lock: Path) -> None:
    cache = MemoryCache()
    earlier_lock(str(lock), cache)
    lock.write_text(LOCK.replace('"2.0"', '"3.0"').replace("-2.0-", "-3.0-"))
    assert {one.version for one in earlier_lock(str(lock), cache).entries} == {"1.0", "3.0"}


def test_what_was_kept_and_cannot_be_read_is_read_anew(lock: Path) -> None:
    cache = MemoryCache()
    read = earlier_lock(str(lock), cache)
    cache.kept = dict.fromkeys(cache.kept, b"\x00")
    assert earlier_lock(str(lock), cache) == read


def test_a_broken_lock_is_refused_each_time(lock: Path) -> None:
    lock.write_text('lock-version = "2.0"\n')
    for _ in range(2):
        with pytest.raises(LockInvalidError):
            earlier_lock(str(lock), MemoryCache())


def test_a_project_with_two_versions_has_none_to_keep(lock: Path) -> None:
    assert only_versions(earlier_lock(str(lock)).entries) == {}
