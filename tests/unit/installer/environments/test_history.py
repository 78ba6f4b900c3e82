"""Entries of the history: written and read, bounded, and damage that harms only itself."""

import json
from pathlib import Path

from bodega.formats.names import NormalizedName
from bodega.installer.environments.history import (
    Entry,
    Present,
    entry_text,
    file_name,
    latest_entry,
    numbers,
    read_entry,
    read_history,
    trees_in_history,
)


def entry(number: int, *trees: str) -> Entry:
    there = tuple(
        Present(name=NormalizedName(f"n{at}"), version="1", record="r", sha256=tree, requested=True)
        for at, tree in enumerate(trees)
    )
    return Entry(
        number=number,
        time="2026-11-24T12:00:00Z",
        kind="change",
        bodega="1",
        command=("install", "n0"),
        distributions=(*there, Present(name=NormalizedName("foreign"), version="2", record="")),
    )


def write(state: Path, one: Entry) -> Path:
    folder = state / "history"
    folder.mkdir(exist_ok=True)
    path = folder / file_name(one.number)
    path.write_text(entry_text(one))
    return path


def test_an_entry_is_read_as_it_was_written(tmp_path: Path) -> None:
    write(tmp_path, entry(3, "a" * 64))
    assert read_entry(str(tmp_path), 3) == entry(3, "a" * 64)
    assert read_entry(str(tmp_path), 4) is None


def test_entries_are_in_order_beyond_four_digits(tmp_path: Path) -> None:
    for number in (10_000, 9_999, 2):
        write(tmp_path, entry(number))
    assert [one.number for one in read_history(str(tmp_path))] == [2, 9_999, 10_000]
    assert latest_entry(str(tmp_path)) == entry(10_000)


def test_no_history_is_an_empty_one(tmp_path: Path) -> None:
    assert read_history(str(tmp_path)) == []
    assert latest_entry(str(tmp_path)) is None
    assert trees_in_history(str(tmp_path / "nowhere")) == set()


def test_trees_of_all_entries_are_roots(tmp_path: Path) -> None:
    write(tmp_path, entry(1, "a" * 64))
    write(tmp_path, entry(2, "a" * 64, "b" * 64))
    assert trees_in_history(str(tmp_path)) == {"a" * 64, "b" * 64}


def test_a_damaged_entry_harms_only_itself(tmp_path: Path) -> None:
    write(tmp_path, entry(1, "a" * 64))
    for number, text in enumerate(("", "[]", '{"format": 99}', json.dumps({"format": 1})), start=2):
        write(tmp_path, entry(number)).write_text(text)
    (tmp_path / "history" / "notes.txt").write_text("not an entry")
    assert numbers(str(tmp_path)) == [1, 2, 3, 4, 5]
    assert [one.number for one in read_history(str(tmp_path))] == [1]
    assert latest_entry(str(tmp_path)) == entry(1, "a" * 64)
    assert trees_in_history(str(tmp_path)) == {"a" * 64}
