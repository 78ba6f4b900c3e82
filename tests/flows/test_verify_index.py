"""``bodega verify``: every listed file is there and right, or is named."""

import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from bodega.formats.digests import sha256_of
from support.distributions import sdist_bytes, wheel_bytes, wheel_filename
from support.publishing import command, new_token, upload
from support.server import Bodega
from support.upstream import Upstream

WHEEL, SDIST = wheel_bytes(), sdist_bytes()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a wheel, an sdist, and a kept file of an upstream."""
    with Upstream() as upstream:
        upstream.add("kept", wheel_filename("kept"), wheel_bytes("kept"))
        with Bodega(tmp_path, "--upstream", upstream.root) as bodega:
            token = new_token(tmp_path)["token"]
            assert upload(bodega, token, WHEEL, wheel_filename())[0] == 200
            assert upload(bodega, token, SDIST, "sample-1.0.tar.gz")[0] == 200
            page = json.loads(bodega.json("/simple/kept/").body)
            path = page["files"][0]["url"].partition("/files/")[2]
            assert bodega.get(f"/files/{path}").status == 200
            assert bodega.get(f"/files/{path}.metadata").status == 200
    return tmp_path / "data"


def verify(data: Path, *words: str, code: int = 0) -> dict[str, Any]:
    done = command(data.parent, "verify", "--data", str(data), "--json", *words)
    assert done.returncode == code, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["index"]
    return found


def faults(found: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(one["kind"], one["of"], one["repaired"]) for one in found["faults"]]


def blob(data: Path, digest: str) -> Path:
    return data / "blobs" / "sha256" / digest[:2] / digest


def kept_digest(data: Path) -> str:
    database = sqlite3.connect(data / "bodega.db")
    ((digest,),) = database.execute("SELECT sha256 FROM upstream_files").fetchall()
    database.close()
    return str(digest)


def metadata_digest(data: Path) -> str:
    database = sqlite3.connect(data / "bodega.db")
    ((digest,),) = database.execute("SELECT metadata_sha256 FROM files WHERE kind = 'wheel'").fetchall()
    database.close()
    return str(digest)


def test_a_clean_index(data: Path) -> None:
    found = verify(data)
    assert (found["files"], found["kept"], found["faults"]) == (2, 2, [])
    assert found["bytes"] > len(WHEEL) + len(SDIST)
    words = command(data.parent, "verify", "--data", str(data))
    assert words.returncode == 0
    assert words.stdout == ""
    assert "2 files, 2 kept of upstreams" in words.stderr
    assert "nothing is wrong" in words.stderr


def test_own_files_that_are_missing_or_damaged_are_named(data: Path) -> None:
    os.unlink(blob(data, sha256_of(SDIST).value))
    place = blob(data, sha256_of(WHEEL).value)
    place.write_bytes(WHEEL[:-1] + b"x")
    for words in ((), ("--repair",)):
        assert sorted(faults(verify(data, *words, code=1))) == [
            ("damaged", f"main/sample/{wheel_filename()}", False),
            ("missing", "main/sample/sample-1.0.tar.gz", False),
        ]
    assert place.exists(), "what may be all that is left is never removed"
    said = command(data.parent, "verify", "--data", str(data))
    assert said.returncode == 1
    assert "main/sample/sample-1.0.tar.gz: missing:" in said.stdout


def test_a_missing_file_is_put_back_by_an_import(data: Path) -> None:
    blob(data, sha256_of(WHEEL).value).unlink()
    blob(data, metadata_digest(data)).unlink()
    backup = data.parent / "backup"
    backup.mkdir()
    (backup / wheel_filename()).write_bytes(WHEEL)
    done = command(data.parent, "import", "dir", str(backup), "--data", str(data), "--json")
    assert json.loads(done.stdout)["restored"] == 1
    assert len(faults(verify(data, "--repair"))) == 1
    assert verify(data)["faults"] == []


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_metadata_is_made_again_of_its_wheel(data: Path, damage: str) -> None:
    place = blob(data, metadata_digest(data))
    before = place.read_bytes()
    if damage == "missing":
        place.unlink()
    else:
        place.write_bytes(b"Name: other")
    name = f"main/sample/{wheel_filename()} (metadata)"
    assert faults(verify(data, code=1)) == [(damage, name, False)]
    assert faults(verify(data, "--repair")) == [(damage, name, True)]
    assert place.read_bytes() == before
    assert verify(data)["faults"] == []


def test_a_damaged_kept_file_is_removed_and_fetched_again(data: Path) -> None:
    place = blob(data, kept_digest(data))
    place.write_bytes(b"rotten")
    ((kind, name, repaired),) = faults(verify(data, code=1))
    assert (kind, repaired) == ("damaged-kept", False)
    assert name.startswith("upstream/kept/kept-1.0")
    assert faults(verify(data, "--repair")) == [("damaged-kept", name, True)]
    assert not place.exists()
    assert verify(data)["faults"] == []


def test_orphans_are_reported_and_removed_when_they_are_old(data: Path) -> None:
    contents = (b"old orphan", b"young orphan")
    for content in contents:
        place = blob(data, sha256_of(content).value)
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(content)
    old, young = (blob(data, sha256_of(content).value) for content in contents)
    hours_ago = time.time() - 2 * 3600
    os.utime(old, (hours_ago, hours_ago))
    for path in (data / "blobs").rglob("*"):
        if path.is_file() and path != young:
            os.utime(path, (hours_ago, hours_ago))
    assert faults(verify(data)) == [("orphan", f"sha256:{old.name}", False)]
    assert old.exists()
    assert faults(verify(data, "--repair")) == [("orphan", f"sha256:{old.name}", True)]
    assert not old.exists()
    assert young.exists()
    assert verify(data)["files"] == 2


def test_beside_a_running_server(data: Path) -> None:
    with Bodega(data.parent, "--upstream", "none") as bodega:
        assert verify(data)["faults"] == []
        assert bodega.json("/simple/sample/").status == 200


def test_a_deleted_release_is_not_missed(data: Path) -> None:
    database = sqlite3.connect(data / "bodega.db")
    database.execute("UPDATE files SET deleted_serial = 99 WHERE kind = 'sdist'")
    database.commit()
    database.close()
    os.unlink(blob(data, sha256_of(SDIST).value))
    assert verify(data)["files"] == 1


def test_a_broken_database_is_said(data: Path) -> None:
    with (data / "bodega.db").open("r+b") as file:
        file.seek(8192)
        file.write(os.urandom(20_000))
    done = command(data.parent, "verify", "--data", str(data), "--json")
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert "database" in done.stdout


def test_reading_can_be_slowed_down(data: Path) -> None:
    took = time.monotonic()
    found = verify(data)
    fast = time.monotonic() - took
    took = time.monotonic()
    verify(data, "--rate", str(found["bytes"] // 2))
    assert time.monotonic() - took > max(1.0, fast / 2)


@pytest.mark.parametrize(
    ("words", "code", "error"),
    [
        (("--data", "nowhere"), 1, "E-VERIFY-NO-INDEX"),
        (("--rate", "fast"), 2, "E-USAGE"),
        (("--store", "--environment"), 2, "E-USAGE"),
        (("--environment",), 1, "E-NO-ENVIRONMENT"),
    ],
)
def test_what_cannot_be_verified(tmp_path: Path, words: tuple[str, ...], code: int, error: str) -> None:
    done = command(tmp_path, "verify", "--json", *words)
    assert done.returncode == code
    assert json.loads(done.stdout)["error"]["code"] == error
    assert not (tmp_path / "nowhere").exists()


def test_without_options_store_and_index_are_both_looked_at(tmp_path: Path) -> None:
    nothing = command(tmp_path, "verify", "--json")
    assert nothing.returncode == 0
    assert json.loads(nothing.stdout) == {
        "version": 1,
        "damage": [],
        "environment": None,
        "index": None,
    }
    home = tmp_path / ".local" / "share" / "bodega" / "index"
    assert command(tmp_path, "token", "list", "--data", str(home)).returncode == 0
    both = json.loads(command(tmp_path, "verify", "--json").stdout)
    assert both["index"]["files"] == 0
    assert json.loads(command(tmp_path, "verify", "--store", "--json").stdout)["index"] is None
