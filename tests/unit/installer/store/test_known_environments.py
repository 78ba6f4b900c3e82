"""The notes of environments: one each, found out when the environment is gone."""

import shutil
from pathlib import Path

from bodega.installer.store.known_environments import known_environments
from bodega.installer.store.store import Store


def test_each_environment_is_known_once_until_it_is_gone(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    for name in ("one", "two", "one"):
        state = tmp_path / name / ".bodega"
        state.mkdir(parents=True, exist_ok=True)
        store.register(str(tmp_path / name), str(state))
    assert sorted((Path(one.root).name, one.is_there) for one in known_environments(store.layout)) == [
        ("one", True),
        ("two", True),
    ]
    shutil.move(tmp_path / "two", tmp_path / "three")
    assert {Path(one.root).name: one.is_there for one in known_environments(store.layout)} == {
        "one": True,
        "two": False,
    }


def test_a_note_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    (tmp_path / ".bodega").mkdir()
    store.register(str(tmp_path), str(tmp_path / ".bodega"))
    for name, text in (("half.json", '{"root": '), ("other.json", "[]"), ("stray.part", "x")):
        (Path(store.layout.roots) / name).write_text(text)
    assert [one.root for one in known_environments(store.layout)] == [str(tmp_path)]


def test_a_store_that_cannot_be_written_notes_nothing_and_does_not_fail(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file is in the way")
    store = Store(str(tmp_path / "store"))
    store.register(str(tmp_path), str(tmp_path / ".bodega"))
    assert list(known_environments(store.layout)) == []
