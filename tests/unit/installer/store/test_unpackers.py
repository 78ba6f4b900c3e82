"""Wheels unpacked by other processes: the same trees, the same refusals, whatever happens to a process."""

import hashlib
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bodega.content.wheel_errors import WheelError, WheelUnreadableError
from bodega.installer.store.store import Store
from bodega.installer.store.unpackers import Unpackers
from support.distributions import write_wheel
from support.environments import leftovers, snapshot


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(str(tmp_path / "store")) as store:
        yield store


def arrived(store: Store, wheel: Path) -> tuple[str, str, str]:
    """A wheel as it lies in the store when it was fetched: its path, sha256 and name."""
    content = wheel.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    path = Path(store.incoming(), f"{sha256}.part")
    path.write_bytes(content)
    return str(path), sha256, wheel.name


def processes(unpackers: Unpackers) -> list[int]:
    return [process.pid for process in unpackers._all]


def test_the_trees_are_those_that_the_store_makes_itself(store: Store, tmp_path: Path) -> None:
    wheels = [write_wheel(tmp_path, f"sample{number}") for number in range(6)]
    here = Store(str(tmp_path / "here"))
    made = [here.add_wheel(*arrived(here, wheel)) for wheel in wheels]
    with Unpackers(store, 2) as unpackers, ThreadPoolExecutor(4) as pool:
        trees = list(pool.map(lambda wheel: unpackers.add_wheel(*arrived(store, wheel)), wheels))
        pids = processes(unpackers)
    assert [(tree.manifest, tree.digests()) for tree in trees] == [
        (one.manifest, one.digests()) for one in made
    ]
    assert [snapshot(tree.files) for tree in trees] == [snapshot(one.files) for one in made]
    assert all(store.wheel(tree.sha256) for tree in trees)
    assert leftovers(store) == []
    assert len(pids) == 2
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_a_refusal_is_told_as_the_store_tells_it(store: Store, tmp_path: Path) -> None:
    bad = tmp_path / "sample-1.0-py3-none-any.whl"
    bad.write_bytes(b"no archive")
    with Unpackers(store, 1) as unpackers:
        with pytest.raises(WheelError):
            unpackers.add_wheel(*arrived(store, bad))
        good = write_wheel(tmp_path, "other")
        assert unpackers.add_wheel(*arrived(store, good)).manifest.name == "other"


def test_a_name_with_a_line_end_is_refused_and_confuses_nobody(store: Store, tmp_path: Path) -> None:
    path, sha256, _ = arrived(store, write_wheel(tmp_path))
    with Unpackers(store, 1) as unpackers:
        with pytest.raises(WheelError):
            unpackers.add_wheel(path, sha256, "sample-1.0\n-py3-none-any.whl")
        assert unpackers.add_wheel(*arrived(store, write_wheel(tmp_path, "other"))).manifest.name == "other"


@pytest.mark.parametrize("count", [0, 2])
def test_without_processes_and_with_killed_ones_it_is_done_all_the_same(
    store: Store, tmp_path: Path, count: int
) -> None:
    with Unpackers(store, count) as unpackers:
        for pid in processes(unpackers):
            os.kill(pid, signal.SIGKILL)
        for number in range(3):
            wheel = write_wheel(tmp_path, f"sample{number}")
            assert unpackers.add_wheel(*arrived(store, wheel)).manifest.filename == wheel.name


def test_a_file_that_is_gone_is_told(store: Store, tmp_path: Path) -> None:
    path, sha256, name = arrived(store, write_wheel(tmp_path))
    Path(path).unlink()
    with Unpackers(store, 1) as unpackers, pytest.raises(WheelUnreadableError):
        unpackers.add_wheel(path, sha256, name)
