"""Folders that are held for one change only: held alone, and nothing stays of it."""

import os
import threading
from pathlib import Path

import pytest

from bodega.installer.environments.passing import held_in_passing, nearest_folder


def test_nothing_stays(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "mine").write_text("x")
    state = str(tmp_path / "place" / ".bodega")
    with held_in_passing(state, "lock", stays="journal", above=str(tmp_path)):
        os.makedirs(f"{state}/staging/new")
    assert os.listdir(tmp_path / "place") == ["mine"]


def test_what_was_there_before_stays_though_empty(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    state = str(tmp_path / "place" / "lib" / "site" / ".bodega")
    above = nearest_folder(state)
    with held_in_passing(state, "lock", stays="journal", above=above):
        pass
    assert os.listdir(tmp_path / "place") == []


def test_a_folder_that_was_made_for_it_goes_after_a_failure(tmp_path: Path) -> None:
    with (
        pytest.raises(RuntimeError),
        held_in_passing(f"{tmp_path}/place/.bodega", "lock", stays="journal", above=str(tmp_path)),
    ):
        raise RuntimeError
    assert os.listdir(tmp_path) == []


def test_a_commit_that_is_on_its_way_stays(tmp_path: Path) -> None:
    state = tmp_path / "place" / ".bodega"
    with held_in_passing(str(state), "lock", stays="journal", above=str(tmp_path)):
        (state / "journal").write_text("")
    assert (state / "journal").exists()


def test_one_at_a_time_though_the_lock_is_removed_each_time(tmp_path: Path) -> None:
    state = str(tmp_path / "place" / ".bodega")
    inside, most = [0], [0]
    counting = threading.Lock()

    def work() -> None:
        for _ in range(50):
            with held_in_passing(state, "lock", stays="journal", above=str(tmp_path)):
                with counting:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                os.makedirs(f"{state}/staging/x")
                with counting:
                    inside[0] -= 1

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert os.listdir(tmp_path) == []
