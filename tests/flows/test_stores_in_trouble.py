"""The store where it is hard to be one: read-only, full, another user's, damaged, and kept below a size."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.distributions import write_wheel
from support.server import environment
from support.small_disk import small_disk

BIG = random.Random(7).randbytes(4_000_000)
Bodega = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def bodega(tmp_path: Path) -> Bodega:
    links = tmp_path / "links"
    links.mkdir()
    write_wheel(links, "sample", files={"sample.py": b"X = 1\n", "other.py": b"Y = 2\n"})
    write_wheel(links, "another", files={"another.py": b"X = 1\n"})
    write_wheel(links, "big", files={"big.bin": BIG})

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        given = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(links), **variables}
        return subprocess.run(
            [sys.executable, "-P", "-m", "bodega", *words],
            env=environment(tmp_path, **given),
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert run("venv", "here", BODEGA_STORE=str(tmp_path / "first")).returncode == 0
    return run


def imported(tmp_path: Path, name: str) -> bool:
    program = [str(tmp_path / "here" / "bin" / "python"), "-B", "-c", f"import {name}"]
    return subprocess.run(program, check=False, capture_output=True).returncode == 0


def test_what_a_read_only_store_has_is_installed_and_nothing_else(tmp_path: Path, bodega: Bodega) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        if disk is None:
            pytest.skip("no disk can be mounted here")
        store = {"BODEGA_STORE": str(tmp_path / "disk" / "store")}
        # Its bytecode is not there, and cannot be made.
        assert bodega("venv", "other", **store).returncode == 0
        assert bodega("install", "--python", "other", "--no-compile", "sample", **store).returncode == 0
        subprocess.run(["mount", "-o", "remount,ro", str(disk.folder)], check=True)
        done = bodega("install", "--python", "here", "sample", **store)
        assert (done.returncode, "+ sample 1.0" in done.stdout) == (0, True), done.stderr
        assert imported(tmp_path, "sample")
        refused = bodega("install", "--python", "here", "another", **store)
        assert refused.returncode == 1
        assert "E-STORAGE-UNWRITABLE" in refused.stderr
        assert str(disk.folder) in refused.stderr
        assert not imported(tmp_path, "another")
        assert json.loads(bodega("store", "info", "--json", **store).stdout)["counts"]["tree"] == 1
        assert "E-STORE-UNWRITABLE" in bodega("store", "gc", **store).stderr


def test_a_full_disk_keeps_nothing_of_what_it_could_not_hold(tmp_path: Path, bodega: Bodega) -> None:
    with small_disk(tmp_path / "disk", 24) as disk:
        if disk is None:
            pytest.skip("no disk can be mounted here")
        store = {"BODEGA_STORE": str(tmp_path / "disk" / "store")}
        assert bodega("install", "--python", "here", "sample", **store).returncode == 0
        # Room for the wheel alone, then for half of it.
        for left in (6_000_000, 2_000_000):
            disk.fill(left)
            before = disk.free()
            done = bodega("install", "--python", "here", "big", **store)
            assert done.returncode == 1
            assert "E-STORE-FULL" in done.stderr or "E-STORAGE-UNWRITABLE" in done.stderr, done.stderr
            assert not (tmp_path / "here" / "lib" / "big.bin").exists()
            assert before - disk.free() < 100_000
            disk.empty()
        assert bodega("install", "--python", "here", "big", **store).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
def test_the_store_of_another_user_can_be_read_from(tmp_path: Path, bodega: Bodega) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store")}
    assert bodega("install", "--python", "here", "--no-compile", "sample", **store).returncode == 0
    (tmp_path / "own").mkdir()
    os.chown(tmp_path / "own", 65534, 65534)
    # Folders above are mostly closed to others: who installs is a root without root's powers over files.
    powers = [
        "setpriv",
        "--bounding-set",
        "-all",
        "--inh-caps",
        "-all",
        "--securebits",
        "+noroot,+noroot_locked",
    ]
    program = [*powers, sys.executable, "-P", "-m", "bodega"]
    for path in (tmp_path / "store").rglob("*"):
        os.chown(path, 65534, 65534, follow_symlinks=False)
    os.chown(tmp_path / "store", 65534, 65534)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        given = environment(tmp_path, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path / "links"), **store)
        return subprocess.run(
            [*program, *words],
            env=given,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    assert run("venv", "mine").returncode == 0
    done = run("install", "--python", "mine", "sample")
    assert done.returncode == 0, done.stderr
    assert next((tmp_path / "mine").rglob("sample.py")).read_bytes() == b"X = 1\n"
    refused = run("install", "--python", "mine", "another")
    assert (refused.returncode, "E-STORAGE-UNWRITABLE" in refused.stderr) == (1, True), refused.stderr


def test_a_tree_that_has_lost_a_file_is_made_again_from_its_wheel(tmp_path: Path, bodega: Bodega) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store")}
    assert bodega("install", "--python", "here", "sample", **store).returncode == 0
    assert bodega("uninstall", "--python", "here", "-y", "sample", **store).returncode == 0
    (lost,) = (tmp_path / "store" / "trees").glob("*/files/sample.py")
    lost.parent.chmod(0o755)
    lost.unlink()
    done = bodega("install", "--python", "here", "sample", **store)
    assert done.returncode == 0, done.stderr
    assert imported(tmp_path, "sample")
    assert bodega("verify", "--store", **store).returncode == 0


@pytest.mark.parametrize("mode", ["hardlink", "copy", "linked"])
def test_what_was_written_through_an_environment_reaches_no_other(
    tmp_path: Path, bodega: Bodega, mode: str
) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store")}
    assert bodega("install", "--python", "here", "sample", **store).returncode == 0
    (mine,) = (tmp_path / "here").rglob("sample.py")
    mine.chmod(0o644)
    mine.write_bytes(b"X = 2\n")
    assert bodega("venv", "other", **store).returncode == 0
    done = bodega("install", "--python", "other", "--link-mode", mode, "sample", **store)
    assert done.returncode == 0, done.stderr
    program = [str(tmp_path / "other" / "bin" / "python"), "-B", "-c", "import sample; print(sample.X)"]
    assert subprocess.run(program, check=True, capture_output=True).stdout == b"1\n"
    # Whose it is keeps what was written.
    assert mine.read_bytes() == b"X = 2\n"
    assert bodega("verify", "--store", **store).returncode == 0


def test_a_store_that_was_copied_without_its_times_is_used_as_it_is(tmp_path: Path, bodega: Bodega) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store")}
    assert bodega("install", "--python", "here", "sample", **store).returncode == 0
    subprocess.run(["cp", "-r", str(tmp_path / "store"), str(tmp_path / "copied")], check=True)
    copied = {"BODEGA_STORE": str(tmp_path / "copied"), "PIP_FIND_LINKS": "/nowhere"}
    assert bodega("venv", "other", **copied).returncode == 0
    assert bodega("lock", "--python", "here", "-o", "pylock.toml", "sample", **store).returncode == 0
    for wheel in (tmp_path / "copied" / "wheels").iterdir():
        wheel.unlink()
    done = bodega("sync", "--python", "other", "pylock.toml", "--offline", **copied)
    assert done.returncode == 0, done.stderr


def test_the_store_is_kept_below_its_size_behind_an_install(tmp_path: Path, bodega: Bodega) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store"), "BODEGA_STORE_SIZE": "100k"}
    assert bodega("install", "--python", "here", "--no-compile", "big", **store).returncode == 0
    wheels = tmp_path / "store" / "wheels"
    deadline = time.monotonic() + 30
    while list(wheels.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(wheels.iterdir()) == []
    # The tree is in use.
    assert json.loads(bodega("store", "info", "--json", **store).stdout)["counts"]["tree"] == 1
    assert bodega("store", "info", BODEGA_STORE_SIZE="much").returncode == 2


def test_what_is_told_is_what_goes(tmp_path: Path, bodega: Bodega) -> None:
    store = {"BODEGA_STORE": str(tmp_path / "store")}
    assert bodega("install", "--python", "here", "--no-compile", "sample", "big", **store).returncode == 0
    would = json.loads(bodega("store", "gc", "--max-size", "0", "--dry-run", "--json", **store).stdout)
    did = json.loads(bodega("store", "gc", "--max-size", "0", "--json", **store).stdout)
    assert would == {**did, "dry_run": True}
    assert did["removed"]["wheel"] == 2
    assert did["trees_in_use"] == 2
    why = json.loads(bodega("store", "why", "sample", "--json", **store).stdout)
    assert {one["how"] for one in why["trees"][0]["needed_by"]} == {"files", "history"}
    shutil.rmtree(tmp_path / "here")
    said = bodega("store", "gc", "--older-than", "0", **store)
    assert "- big" in said.stdout
    assert bodega("store", "why", "sample", **store).returncode == 1
    assert bodega("store", "gc", "--older-than", "soon", **store).returncode == 2
