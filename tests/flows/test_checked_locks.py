"""``bodega lock --check``: whether a lock is what it would be, by exit code, in words, and without a network."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.distributions import wheel_bytes, wheel_filename
from support.lock_house import LockHouse, publish, url
from support.publishing import new_token


@pytest.fixture
def house(tmp_path: Path) -> Iterator[LockHouse]:
    made = LockHouse(tmp_path)
    yield made
    for server in made.servers:
        server.end()


def test_a_lock_is_current_until_something_decides_otherwise(house: LockHouse):
    server = house.index("first")
    house.lock(server)
    text = (house.project / "pylock.toml").read_text()
    words = ("lock", "tree", "--check", "--index-url", url(server))
    assert house.run(*words, store="elsewhere").returncode == 0
    # A newer release makes no lock stale: what is locked stays where it can.
    publish(
        server,
        new_token(house.folder / "first")["token"],
        "leaf",
        "2.0",
        wheel_filename("leaf", "2.0"),
        wheel_bytes("leaf", "2.0"),
    )
    assert house.run(*words, "--refresh-package", ":all:", store="elsewhere").returncode == 0
    stale = house.run(*words, "leaf>=2", "--refresh-package", ":all:")
    assert stale.returncode == 1
    assert "+ requirement: leaf>=2\n~ leaf 1.0 -> 2.0\n" in stale.stdout
    assert "`bodega lock` writes it anew" in stale.stderr
    document = json.loads(house.run(*words, "leaf>=2", "--json").stdout)
    assert (document["current"], document["releases"][0]["after"]) == (False, ["2.0"])
    assert (house.project / "pylock.toml").read_text() == text


def test_what_was_checked_here_needs_no_index_until_it_is_edited(house: LockHouse):
    server = house.index("first")
    house.lock(server)
    server.end()
    words = ("lock", "tree", "--check", "--index-url", url(server))
    kept = house.run(*words, store="locking", PIP_RETRIES="0")
    assert (kept.returncode, kept.stderr) == (0, "pylock.toml is current\n")
    lock = house.project / "pylock.toml"
    lock.write_text(lock.read_text().replace('created-by = "bodega"', 'created-by = "somebody"'))
    assert house.run(*words, store="another", PIP_RETRIES="0").returncode == 5


def test_a_lock_that_is_not_there_is_not_current(house: LockHouse):
    server = house.index("first")
    done = house.run("lock", "tree", "--check", "--index-url", url(server))
    assert done.returncode == 1
    assert not (house.project / "pylock.toml").exists()
