"""An environment that was tampered with: found, named by project, and put right from the store."""

import json
import os
import shutil
from pathlib import Path

import pytest

from support.environments import snapshot, told
from support.installed_house import InstalledHouse


@pytest.fixture
def house(tmp_path: Path) -> InstalledHouse:
    made = InstalledHouse(tmp_path)
    made.install("tree==1.0", "leaf")
    return made


def site(house: InstalledHouse) -> Path:
    return Path(house.interpreter.scheme.purelib)


def verified(house: InstalledHouse, *words: str, code: int) -> dict[tuple[str, str | None], bool]:
    """Each fault, by kind and project: whether it was put right."""
    document = json.loads(house.run("verify", "--environment", "--json", *words, code=code, out=True))
    return {(one["kind"], one["of"]): one["repaired"] for one in document["environment"]["faults"]}


def replace_file(path: Path, content: bytes) -> None:
    """Other bytes in a file's place, as editors write: the store's own stay as they are."""
    path.unlink(missing_ok=True)
    path.write_bytes(content)


def test_what_is_as_installed_has_no_faults(house: InstalledHouse) -> None:
    assert verified(house, code=0) == {}


def test_faults_are_named_by_project_and_put_right_in_one_commit(house: InstalledHouse) -> None:
    before, entries = snapshot(house.path), told(house.state)
    replace_file(site(house) / "tree" / "__init__.py", b"V = 6.6\n")
    (site(house) / "leaf.py").unlink()
    assert verified(house, code=1) == {("changed", "tree"): False, ("missing", "leaf"): False}
    repaired = verified(house, "--repair", "--no-index", code=0)
    assert repaired == {("changed", "tree"): True, ("missing", "leaf"): True}
    assert snapshot_without_bytecode(house) == before
    assert len(told(house.state)) == len(entries) + 1


def snapshot_without_bytecode(house: InstalledHouse) -> dict[str, tuple[str, int]]:
    house.wait_for_bytecode()
    return {path: one for path, one in snapshot(house.path).items() if "__pycache__" not in path}


def test_a_record_that_hides_a_change_is_seen(house: InstalledHouse) -> None:
    record = next(site(house).glob("tree-*.dist-info")) / "RECORD"
    text = record.read_text()
    replace_file(site(house) / "tree" / "__init__.py", b"V = 6.6\n")
    lines = [line for line in text.splitlines() if not line.startswith("tree/__init__")]
    replace_file(record, "\n".join([*lines, "tree/__init__.py,,", ""]).encode())
    assert verified(house, code=1) == {("record", "tree"): False}
    assert verified(house, "--repair", "--no-index", code=0) == {("record", "tree"): True}
    assert record.read_text() == text
    assert (site(house) / "tree" / "__init__.py").read_bytes() == b"V = 1.0\n"


def test_a_record_that_is_gone_is_written_again(house: InstalledHouse) -> None:
    before = snapshot(house.path)
    (next(site(house).glob("tree-*.dist-info")) / "RECORD").unlink()
    assert verified(house, code=1)["record", "tree"] is False
    assert verified(house, "--repair", "--no-index", code=0)["record", "tree"] is True
    assert snapshot_without_bytecode(house) == before


def test_what_nobody_lists_is_told_and_stays(house: InstalledHouse) -> None:
    (site(house) / "tree" / "notes.txt").write_text("mine")
    assert verified(house, code=0) == {("extra", None): False}
    (site(house) / "late.pth").write_text("import os")
    assert verified(house, "--repair", code=1) == {("extra", None): False, ("startup", None): False}
    assert (site(house) / "tree" / "notes.txt").exists()
    assert (site(house) / "late.pth").exists()


def test_a_change_through_a_hardlink_is_put_right_in_the_store_too(house: InstalledHouse) -> None:
    path = site(house) / "tree" / "__init__.py"
    if path.stat().st_nlink == 1:
        pytest.skip("files are copied here")
    path.chmod(0o644)
    with path.open("ab") as file:
        file.write(b"evil = 1\n")
    text = house.run("verify", code=1, out=True)
    assert text.count("its content was changed") == 2
    text = house.run("verify", "--repair", "--no-index")
    assert text.count("its content was changed, repaired") == 2
    assert path.read_bytes() == b"V = 1.0\n"
    assert "changed" not in house.run("verify")


def test_a_damaged_tree_without_its_wheel_is_fetched_again(house: InstalledHouse) -> None:
    (tree,) = (one for one in (house.store / "trees").iterdir() if (one / "files" / "leaf.py").exists())
    os.chmod(tree / "files", 0o700)
    (tree / "files" / "leaf.py").unlink()
    shutil.rmtree(house.store / "wheels")
    (house.store / "wheels").mkdir()
    assert "is missing" in house.run("verify", "--store", code=1, out=True)
    assert "is missing, repaired" in house.run("verify", "--repair")
    assert (tree / "files" / "leaf.py").exists()
