"""A commit that is cut short at any rename is finished by the next command."""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.commit import IN_THE_WAY, changing, journal_path, lock_path, recover
from bodega.installer.environments.errors import EnvironmentUnwritableError, JournalDamagedError
from bodega.installer.environments.installed import scan
from bodega.installer.environments.journal import Move, write_journal
from bodega.installer.environments.linking import Linker
from bodega.installer.environments.placing import Place, placed
from bodega.installer.environments.plan import plan
from bodega.installer.environments.preparing import Preparation
from bodega.installer.store.locks import locked
from support.environments import contents, snapshot, unfinished
from support.small_disk import small_disk


def test_nothing_to_recover(environment) -> None:
    assert not recover(environment)


def test_left_over_staging_is_cleared(environment) -> None:
    staging = Path(environment.state, "staging", "1-dead", "new")
    staging.mkdir(parents=True)
    before = snapshot(environment.prefix)
    assert recover(environment)
    assert not staging.exists()
    assert snapshot(environment.prefix) == before


def test_a_commit_cut_at_any_rename_is_finished(environment, store, put, tmp_path) -> None:
    old = put(files={"sample/__init__.py": b"V = 1\n", "sample/gone.py": b""})
    other = put("other", files={"space/a.py": b""})
    new = put(version="2", files={"sample/__init__.py": b"V = 2\n", "space/b.py": b""})
    apply(environment, plan([old, other], scan(environment)), store, compile="never")
    before = snapshot(environment.prefix)
    moves = _moves_of(environment, store, plan([new], scan(environment)), tmp_path)
    after = snapshot(environment.prefix)
    assert before != after
    assert len(moves) > 4
    for cut in range(len(moves) + 1):
        shutil.rmtree(environment.prefix)
        shutil.copytree(tmp_path / "staged", environment.prefix, symlinks=True)
        for move in moves[:cut]:
            os.rename(f"{environment.prefix}/{move.source}", f"{environment.prefix}/{move.target}")
        assert recover(environment)
        assert snapshot(environment.prefix) == after
        assert unfinished(environment.state) == []


@pytest.mark.parametrize("option", ["target", "prefix", "root"])
def test_so_is_one_into_another_place(environment, store, put, tmp_path, option: str) -> None:
    folder = tmp_path / "place"
    elsewhere = placed(environment, Place(**{option: str(folder)}), {})
    script = {"entry_points.txt": b"[console_scripts]\nsample = sample:V\n"}
    old = put(files={"sample/__init__.py": b"V = 1\n", "sample/old.py": b""}, extra_info=script)
    new = put(version="2.0", files={"sample/__init__.py": b"V = 2\n"}, extra_info=script)
    apply(elsewhere, plan([old], {}), store, compile="never")
    with held_open(elsewhere, store, plan([new], scan(elsewhere))) as (root, moves):
        shutil.copytree(folder, tmp_path / "staged", symlinks=True)
    recover(elsewhere)
    after = contents(folder)
    assert scan(elsewhere)["sample"].version == "2.0"
    for cut in range(len(moves) + 1):
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "staged", folder, symlinks=True)
        for move in moves[:cut]:
            os.rename(f"{root}/{move.source}", f"{root}/{move.target}")
        assert recover(elsewhere)
        assert contents(folder) == after
        assert not list(folder.rglob(".bodega"))


@contextmanager
def held_open(interpreter, store, planned):
    """The plan prepared and its journal written, as a process leaves it that is killed there."""
    trees = {one.name: store.tree(one.hashes["sha256"]) for one in planned.install}
    with changing(interpreter):
        prepared = Preparation(interpreter, store, Linker("copy")).prepare(planned, trees)
        write_journal(journal_path(interpreter), prepared.moves)
        yield prepared.root, prepared.moves


def test_what_lies_on_another_file_system_is_refused_in_words(environment, store, put, tmp_path) -> None:
    folder = tmp_path / "place"
    elsewhere = placed(environment, Place(prefix=str(folder)), {})
    folder.mkdir()
    with small_disk(folder / "bin", 1) as disk:
        if disk is None:
            pytest.skip("nothing can be mounted here")
        before = contents(folder)
        script = {"entry_points.txt": b"[console_scripts]\nsample = sample:V\n"}
        with pytest.raises(EnvironmentUnwritableError) as caught:
            apply(elsewhere, plan([put(extra_info=script)], {}), store, compile="never")
        assert "bin/sample is on another file system" in (caught.value.why or "")
        assert contents(folder) == before


def _moves_of(environment, store, planned, tmp_path: Path) -> list[Move]:
    """Carry the plan out; the environment as it was with the journal just written is kept beside."""
    trees = {one.name: store.tree(one.hashes["sha256"]) for one in planned.install}
    with changing(environment):
        prepared = Preparation(environment, store, Linker("auto")).prepare(planned, trees)
        write_journal(journal_path(environment), prepared.moves)
        shutil.copytree(environment.prefix, tmp_path / "staged", symlinks=True)
    recover(environment)
    return prepared.moves


def test_a_damaged_journal_is_said_and_kept(environment) -> None:
    os.makedirs(environment.state)
    journal = Path(environment.state, "journal")
    journal.write_text("{}")
    with pytest.raises(JournalDamagedError), changing(environment):
        pass
    assert journal.exists()


def test_what_was_put_in_the_way_of_a_recovery_is_kept_aside(environment, store, put, tmp_path) -> None:
    old = put(files={"sample/__init__.py": b"V = 1\n"})
    apply(environment, plan([old], scan(environment)), store, compile="never")
    new = put(version="2", files={"sample/__init__.py": b"V = 2\n", "late/a.py": b""})
    _moves_of(environment, store, plan([new], scan(environment)), tmp_path)
    after = snapshot(environment.prefix)
    shutil.rmtree(environment.prefix)
    shutil.copytree(tmp_path / "staged", environment.prefix, symlinks=True)
    mine = Path(environment.scheme.purelib, "late", "mine.txt")
    mine.parent.mkdir()
    mine.write_text("mine")
    assert recover(environment)
    assert snapshot(environment.prefix) == after
    (kept,) = Path(environment.state, IN_THE_WAY).rglob("mine.txt")
    assert kept.read_text() == "mine"


def test_what_went_missing_before_a_recovery_does_not_block_it(environment, store, put, tmp_path) -> None:
    old = put(files={"sample/__init__.py": b"V = 1\n"})
    apply(environment, plan([old], scan(environment)), store, compile="never")
    new = put(version="2", files={"sample/__init__.py": b"V = 2\n"})
    _moves_of(environment, store, plan([new], scan(environment)), tmp_path)
    after = snapshot(environment.prefix)
    shutil.rmtree(environment.prefix)
    shutil.copytree(tmp_path / "staged", environment.prefix, symlinks=True)
    shutil.rmtree(Path(environment.scheme.purelib, "sample"))
    assert recover(environment)
    assert snapshot(environment.prefix) == after


def test_what_cannot_be_cleared_here_stops_nobody_from_looking(environment) -> None:
    Path(environment.state, "staging", "1-dead").mkdir(parents=True)
    Path(lock_path(environment)).mkdir()  # as good as a folder that belongs to another user
    assert not recover(environment)


def test_preparations_of_another_process_are_not_waited_for(environment) -> None:
    Path(environment.state, "staging", "1-other").mkdir(parents=True)
    with locked(lock_path(environment)):
        assert not recover(environment)
        assert Path(environment.state, "staging", "1-other").exists()
    assert recover(environment)
