"""A commit that is cut short at any rename is finished by the next command."""

import os
import shutil
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.commit import IN_THE_WAY, changing, journal_path, lock_path, recover
from bodega.installer.environments.errors import JournalDamagedError
from bodega.installer.environments.installed import scan
from bodega.installer.environments.journal import Move, write_journal
from bodega.installer.environments.linking import Linker
from bodega.installer.environments.plan import plan
from bodega.installer.environments.preparing import Preparation
from bodega.installer.store.locks import locked
from support.environments import snapshot, unfinished


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
