"""Locks that outlive their index: a mirror has the files, and what is said of them today counts first."""

import json
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from support.distributions import sdist_bytes, wheel_bytes
from support.environments import snapshot
from support.lock_house import LEAF, LockHouse, publish, url
from support.publishing import new_token
from support.server import Bodega
from support.upstream import Upstream


@pytest.fixture
def house(tmp_path: Path) -> Iterator[LockHouse]:
    made = LockHouse(tmp_path)
    yield made
    for server in made.servers:
        server.end()


def test_a_lock_made_against_one_index_installs_from_a_mirror(house: LockHouse):
    first = house.index("first")
    lock = house.lock(first)
    assert all(one["index"] == url(first) for one in lock["packages"])
    first.end()
    mirror = house.index("mirror")
    done = house.run("sync", BODEGA_INDEX_URL=url(mirror))
    assert done.returncode == 0, done.stderr
    assert house.installed() == ["leaf", "tree"]
    assert f"2 files from {url(mirror)}, locked from {url(first)}" in done.stderr
    assert done.stderr.count("locked from") == 1


@pytest.mark.parametrize("content", [b"", b"# nothing\n", b"\xff\xfe"], ids=["empty", "comment", "mark"])
def test_a_requirements_file_that_names_nothing_removes_nothing(house: LockHouse, content: bytes):
    house.lock(house.index("first"))
    assert house.run("sync").returncode == 0
    (house.project / "requirements.txt").write_bytes(content)
    done = house.run("sync", "requirements.txt")
    assert done.returncode == 1
    assert "error[E-LOCK-NAMES-NOTHING]" in done.stderr
    assert house.installed() == ["leaf", "tree"]


def test_the_lock_alone_is_enough_while_its_index_lives(house: LockHouse):
    first = house.index("first")
    house.lock(first)
    done = house.run("sync", "--index-url", "http://127.0.0.1:9/simple/", PIP_RETRIES="0")
    assert done.returncode == 0, done.stderr
    assert house.installed() == ["leaf", "tree"]
    assert "could not be asked about" in done.stderr


def test_other_bytes_under_a_locked_name_are_refused_before_anything_comes(house: LockHouse):
    first = house.index("first")
    house.lock(first)
    mirror = house.index("mirror", wheel_bytes("leaf", "1.0", files={"leaf.py": b"x = 666\n"}))
    before = snapshot(house.project / ".venv")
    done = house.run("sync", "--index-url", url(mirror))
    assert done.returncode == 4
    assert "error[E-LOCK-FILE-CHANGED]" in done.stderr
    assert LEAF in done.stderr
    assert snapshot(house.project / ".venv") == before
    assert fetched(house) == []


def fetched(house: LockHouse) -> list[str]:
    store = Path(house.store("empty"))
    return [path.name for part in ("trees", "wheels", "incoming") for path in store.glob(f"{part}/*")]


POLICIES = {
    "quarantined": (("policy", "quarantine", "leaf", "--reason", "under review"), "under review"),
    "denied": (("policy", "deny", "leaf", "--reason", "it mines coins"), "it mines coins"),
    "one version denied": (("policy", "deny", "leaf==1.0", "--reason", "a backdoor"), "a backdoor"),
    "owner's quarantine": (("project", "status", "leaf", "quarantined", "--reason", "ours"), "ours"),
}


@pytest.mark.parametrize("kind", POLICIES)
def test_what_is_refused_today_is_refused_of_a_lock_before_any_byte_is_fetched(house: LockHouse, kind: str):
    words, reason = POLICIES[kind]
    first = house.index("first")
    house.lock(first)
    house.manage("first", *words)
    before = snapshot(house.project / ".venv")
    done = house.run("sync", "--index-url", url(first))
    assert done.returncode == 4, done.stderr
    assert "error[E-LOCK-REFUSED]" in done.stderr
    assert "leaf 1.0" in done.stderr
    assert reason in done.stderr
    assert snapshot(house.project / ".venv") == before
    assert fetched(house) == []
    asked = house.run("install", "-r", "pylock.toml", "--index-url", url(first), "--json")
    assert asked.returncode == 4
    assert json.loads(asked.stdout)["error"]["code"] == "E-LOCK-REFUSED"


def test_a_cooldown_holds_for_locks_and_for_what_the_store_has(house: LockHouse):
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with Upstream() as upstream:
        upstream.add("leaf", LEAF, wheel_bytes("leaf", "1.0"), **{"upload-time": now})
        server = Bodega(house.folder, "--upstream", upstream.root, BODEGA_REVALIDATE="0")
        house.servers.append(server)
        house.lock(server, "leaf")
        words = ("sync", "--index-url", url(server))
        assert house.run(*words).returncode == 0
        other = str(house.folder / "other")
        assert house.run("venv", "--no-pip", other).returncode == 0
        house.manage(".", "policy", "set", "cooldown", "7d")
        refused = house.run(*words, "--python", other, store="another")
        assert refused.returncode == 4, refused.stderr
        assert "leaf 1.0: held back by the 7-day cooldown of index main" in refused.stderr
        # Once the page that says so is here, it holds for what the store has, too, without a network.
        assert house.run("lock", "leaf", "-o", "-", *words[1:]).returncode == 3
    assert house.run(*words, "--python", other, "--offline").returncode == 4
    assert house.run(*words, "--python", other, BODEGA_LOCK_POLICY="ignore").returncode == 0


def test_a_yanked_release_is_told_and_with_strict_refused(house: LockHouse):
    first = house.index("first")
    house.lock(first)
    house.manage("first", "release", "yank", "leaf", "1.0", "--reason", "it eats disks")
    strict = house.run("sync", "--strict", "--index-url", url(first))
    assert strict.returncode == 4
    assert "leaf 1.0 was yanked since it was locked: it eats disks" in strict.stderr
    assert house.installed() == []
    done = house.run("sync", "--index-url", url(first))
    assert done.returncode == 0, done.stderr
    assert "note: leaf 1.0 was yanked since it was locked: it eats disks" in done.stderr


def test_the_clients_own_cutoff_holds_for_a_lock(house: LockHouse):
    first = house.index("first")
    house.lock(first)
    done = house.run("sync", "--index-url", url(first), "--uploaded-prior-to", "P7D")
    assert done.returncode == 4
    assert "too late for --uploaded-prior-to" in done.stderr
    assert fetched(house) == []
    assert house.run("sync", "--index-url", url(first), "--uploaded-prior-to", "P0D").returncode == 0


def test_what_is_on_no_page_any_more_is_taken_from_where_the_lock_says(house: LockHouse):
    first = house.index("first")
    lock = house.lock(first)
    text = (house.project / "pylock.toml").read_text()
    empty = Bodega(house.folder, "--upstream", "none")
    house.servers.append(empty)
    done = house.run("sync", "--index-url", url(empty))
    assert done.returncode == 0, done.stderr
    assert "does not list leaf 1.0, tree 1.0" in done.stderr
    assert house.run("sync", "--strict", "--index-url", url(empty)).returncode == 0  # nothing is to come
    assert lock == tomllib.loads(text)


def test_a_source_distribution_comes_from_the_mirror_too(house: LockHouse):
    servers = [house.index("first"), house.index("mirror")]
    for server, name in zip(servers, ("first", "mirror"), strict=True):
        token = new_token(house.folder / name)["token"]
        publish(server, token, "made", "1.0", "made-1.0.tar.gz", sdist_bytes("made", "1.0"))
    house.lock(servers[0], "made")
    servers[0].end()
    done = house.run("sync", "--dry-run", "--index-url", url(servers[1]))
    assert done.returncode == 0, done.stderr
    assert f"1 file from {url(servers[1])}, locked from {url(servers[0])}" in done.stderr


def test_no_lock_holds_a_password(house: LockHouse):
    first = house.index("first")
    known = url(first).replace("http://", "http://user:secret@")
    direct = f"leaf @ {known.removesuffix('simple/')}files/{digest(first)}/{LEAF}"
    done = house.run("lock", "tree", direct, "--index-url", known, store="locking")
    assert done.returncode == 0, done.stderr
    text = (house.project / "pylock.toml").read_text()
    assert "secret" not in text
    assert "user" not in text
    assert f'index = "{url(first)}"' in text


def digest(server: Bodega) -> str:
    page = json.loads(server.json("/simple/leaf/").body)
    return str(page["files"][0]["hashes"]["sha256"])
