"""What changes leave in the history: their own entry, and one for what others did before them."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bodega.installer.environments.apply import apply
from bodega.installer.environments.history import KEPT, latest_entry, read_history
from bodega.installer.environments.installed import scan, scan_all
from bodega.installer.environments.plan import plan, removal
from bodega.installer.environments.recording import unrecorded, without_secrets


def change(environment, store, *selected, asked: tuple[str, ...] = ("install", "x")) -> None:
    planned = replace(plan(selected, scan(environment)), asked=asked)
    apply(environment, planned, store, compile="never")


def there(entry) -> dict[str, str]:
    return {one.name: one.version for one in entry.distributions}


def test_the_first_change_tells_what_it_found(environment, store, put) -> None:
    change(environment, store, put())
    found, own = read_history(environment.state)
    assert (found.kind, own.kind) == ("found", "change")
    assert (there(found), there(own)) == ({}, {"sample": "1.0"})


def test_an_entry_knows_each_wheel_and_what_asked_for_it(environment, store, put) -> None:
    one = replace(put(), requested=True, url="https://me:pw@host/a.whl?signature=1")
    change(environment, store, one, asked=("install", "--index-url", "https://me:pw@host/simple/", "sample"))
    change(environment, store, put("other"))
    entry = latest_entry(environment.state)
    assert entry is not None
    other, sample = entry.distributions
    assert (sample.sha256, sample.filename) == (one.hashes["sha256"], one.filename)
    assert (sample.requested, other.requested) == (True, False)
    assert sample.url == "https://host/a.whl"
    assert read_history(environment.state)[1].command == (
        "install",
        "--index-url",
        "https://host/simple/",
        "sample",
    )
    assert entry.trees == {one.hashes["sha256"], other.sha256}


def test_what_another_installer_did_is_an_entry_of_its_own(environment, store, put) -> None:
    change(environment, store, put(), put("other"))
    foreign = Path(environment.scheme.purelib, "foreign-3.dist-info")
    foreign.mkdir()
    (foreign / "METADATA").write_text("Name: foreign\nVersion: 3\n")
    shutil.rmtree(scan(environment)["other"].path)
    pending = unrecorded(scan_all(environment), latest_entry(environment.state))
    assert pending is not None
    assert (pending.number, pending.kind) == (3, "foreign")
    change(environment, store, put(version="2"))
    *_, before, own = read_history(environment.state)
    assert (before.number, before.kind, there(before)) == (3, "foreign", {"sample": "1.0", "foreign": "3"})
    assert (own.number, there(own)) == (4, {"sample": "2", "foreign": "3"})
    assert {one.name: one.sha256 is None for one in own.distributions} == {"foreign": True, "sample": False}


def test_the_same_version_put_there_by_another_is_noticed(environment, store, put) -> None:
    change(environment, store, put())
    assert unrecorded(scan_all(environment), latest_entry(environment.state)) is None
    record = Path(scan(environment)["sample"].path, "RECORD")
    record.write_text(record.read_text().replace("INSTALLER", "INSTALLER2"))
    assert unrecorded(scan_all(environment), latest_entry(environment.state)) is not None


def test_only_the_last_entries_are_kept(environment, store, put) -> None:
    one, two = put(), put(version="2")
    for at in range(KEPT // 2 + 3):
        change(environment, store, (one, two)[at % 2])
        apply(environment, removal(scan(environment).values()), store)
    entries = read_history(environment.state)
    assert len(entries) == KEPT
    assert entries[-1].number == 2 * (KEPT // 2 + 3) + 1


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("https://me:secret@host/simple/", "https://host/simple/"),
        ("--extra-index-url=https://token@host/x", "--extra-index-url=https://host/x"),
        ("a @ git+ssh://git@host/a.git", "a @ git+ssh://git@host/a.git"),
        ("a @ git+https://token@host/a.git@main", "a @ git+https://host/a.git@main"),
        ("https://host/a.whl?X-Signature=1#sha256=2", "https://host/a.whl#sha256=2"),
        ("user@example.org", "user@example.org"),
    ],
)
def test_no_secret_is_kept(word: str, kept: str) -> None:
    assert without_secrets([word]) == (kept,)
