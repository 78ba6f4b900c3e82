"""kill -9: whatever moment it comes at, what was acknowledged is there and right, and nothing is there by half."""

import hashlib
import os
import sqlite3
import time
from pathlib import Path

import pytest

from support.battle import Battle

#: Kills for each number of workers; more in `make soak` and in benchmarks/killing.py.
KILLS = int(os.environ.get("BODEGA_TEST_KILLS", "10"))


@pytest.mark.parametrize("workers", [1, 2])
def test_acknowledged_uploads_survive_any_kill(tmp_path: Path, workers: int) -> None:
    with Battle(tmp_path, workers=workers) as battle:
        for outcome in battle.fight(KILLS):
            assert (outcome.lost, outcome.halves, outcome.wrong) == ([], [], [])
        battle.verify()
        outcome = battle.outcome
        assert outcome.unclean == []
        assert outcome.cut >= KILLS, "the kills came while uploads were under way"
        assert outcome.pulls_cut >= KILLS
        check_data(tmp_path / "data", outcome.sent, outcome.acknowledged)
        assert battle.bodega.end() == 0


def check_data(data: Path, sent: dict[str, str], acknowledged: dict[str, str]) -> None:
    """Each published file has one audit record, and all blobs are whole."""
    database = sqlite3.connect(data / "bodega.db")
    files = {name for (name,) in database.execute("SELECT filename FROM files")}
    ending = time.monotonic() + 10
    while True:
        audited = [
            name for (name,) in database.execute("SELECT object FROM audit WHERE action = 'file.publish'")
        ]
        if len(audited) >= len(files) or time.monotonic() > ending:
            break
        time.sleep(0.1)
    database.close()
    assert acknowledged.keys() <= files <= sent.keys()
    assert sorted(audited) == sorted(files)
    blobs = [path for path in (data / "blobs" / "sha256").rglob("*") if path.is_file()]
    assert all(hashlib.sha256(path.read_bytes()).hexdigest() == path.name for path in blobs)
