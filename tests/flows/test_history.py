"""An environment changed, told of, compared, and taken back, by the commands that people type."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support.environments import snapshot, told, unfinished
from support.installed_house import InstalledHouse as House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_a_rollback_is_byte_for_byte_and_can_be_undone(house: House) -> None:
    house.install("tree==1.0")
    first = snapshot(house.path)
    house.install("-U", "tree", "leaf")
    second = snapshot(house.path)
    assert house.run("rollback", "--no-compile").splitlines() == ["- leaf 1.0", "~ tree 2.0 -> 1.0"]
    assert snapshot(house.path) == first
    house.run("rollback", "--offline", "--no-compile")
    assert snapshot(house.path) == second
    house.run("rollback", "--to", "1")
    assert house.versions() == {}
    house.run("rollback", "4")
    assert house.versions() == {"tree": "1.0"}
    assert unfinished(house.state) == []


def test_the_history_names_what_asked_for_each_change(house: House) -> None:
    house.install("tree==1.0")
    house.install("--index-url", "https://me:secret@example.org/simple/", "leaf")
    text = house.run("history")
    assert "secret" not in text
    assert [line.split()[0] for line in text.splitlines()] == ["3", "2", "1"]
    document = json.loads(house.run("history", "--json", "-n", "1"))
    (entry,) = document["entries"]
    assert entry["changes"] == [{"name": "leaf", "before": None, "after": "1.0"}]
    assert entry["command"][-1] == "leaf"
    assert "secret" not in json.dumps(document)
    assert not any("secret" in path.read_text() for path in (house.state / "history").iterdir())


def test_what_pip_did_between_is_told_and_can_be_undone(house: House) -> None:
    house.install("tree==1.0", "leaf")
    pip = [sys.executable, "-m", "pip", "--python", house.interpreter.executable]
    subprocess.run([*pip, "uninstall", "-qy", "leaf"], check=True, capture_output=True)
    assert house.run("history").splitlines()[0].endswith("-1          changed by another installer")
    assert [kind for _, kind, _, _ in told(house.state)] == ["found", "change"]
    house.run("rollback")
    assert house.versions() == {"tree": "1.0", "leaf": "1.0"}
    assert [kind for _, kind, _, _ in told(house.state)] == ["found", "change", "foreign", "change"]


def test_what_another_installer_brought_cannot_be_put_back_and_that_is_said_first(house: House) -> None:
    pip = [sys.executable, "-m", "pip", "--python", house.interpreter.executable]
    subprocess.run(
        [*pip, "install", "-q", "--no-index", str(house.wheels / "leaf-1.0-py3-none-any.whl")], check=True
    )
    house.install("tree==1.0")
    house.run("uninstall", "--yes", "leaf")
    before = snapshot(house.path)
    error = house.run("rollback", code=1)
    assert "E-HISTORY-LOST" in error
    assert "leaf 1.0" in error
    assert snapshot(house.path) == before


def test_what_the_store_lost_is_fetched_again_or_said(house: House) -> None:
    house.install("tree==1.0")
    house.install("-U", "tree")
    house.forget()
    error = house.run("rollback", "--offline", code=1)
    assert "tree-1.0-py3-none-any.whl of entry 2 cannot be put back" in error
    assert house.versions() == {"tree": "2.0"}
    house.run("rollback", "--dry-run")
    assert house.versions() == {"tree": "2.0"}
    house.run("rollback")
    assert house.versions() == {"tree": "1.0"}


def test_there_is_no_way_before_the_beginning(house: House) -> None:
    house.install("tree==1.0")
    assert "E-HISTORY-ENTRY" in house.run("rollback", "2", code=1)
    assert "it has 1 to 2" in house.run("rollback", "--to", "7", code=1)
    assert "E-USAGE" in house.run("rollback", "0", code=2)
    assert "E-USAGE" in house.run("rollback", "2", "--to", "1", code=2)


def test_states_and_locks_are_compared(house: House) -> None:
    house.install("tree==1.0")
    house.install("-U", "tree")
    house.install("leaf")
    assert house.run("diff").splitlines() == ["+ leaf 1.0"]
    assert house.run("diff", "1", "3").splitlines() == ["+ tree 2.0"]
    assert house.run("diff", "2").splitlines() == ["+ leaf 1.0", "~ tree 1.0 -> 2.0"]
    assert house.run("diff", "now", "2").splitlines() == ["- leaf 1.0", "~ tree 2.0 -> 1.0"]
    digest = "0" * 64
    (house.folder / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "tree"\nversion = "1.0"\n'
        f'wheels = [{{name = "tree-1.0-py3-none-any.whl", url = "https://example.org/tree-1.0-py3-none-any.whl", hashes = {{sha256 = "{digest}"}}}}]\n'
    )
    assert house.run("diff", "pylock.toml").splitlines() == ["- leaf 1.0", "~ tree 2.0 -> 1.0"]
    document = json.loads(house.run("diff", "pylock.toml", "--json"))
    assert (document["version"], document["from"], document["to"]) == (1, "now", "pylock.toml")
    assert "E-HISTORY-ENTRY" in house.run("diff", "9", code=1)
