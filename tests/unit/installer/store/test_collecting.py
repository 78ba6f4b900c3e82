"""Clearing a store: what nothing uses goes in order, what is in use stays, and sizes are exact."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bodega.content.wheel_archive import WheelError
from bodega.installer.store.census import take_census
from bodega.installer.store.collecting import Cleared, Limits
from bodega.installer.store.locks import shared
from bodega.installer.store.store import Store
from support.distributions import write_wheel

LATER = 0.02


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "store"))


def kept(store: Store, folder: Path, name: str, *, used: float = 0.0, size: int = 5000) -> str:
    """A wheel in the store, kept as it came, last used at a time; its sha256."""
    path = write_wheel(folder, name, files={f"{name}.py": os.urandom(size)})
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    incoming = f"{store.incoming()}/{sha256}.part"
    os.rename(path, incoming)
    tree = store.add_wheel(incoming, sha256, path.name)
    store.close()
    if used:
        os.utime(tree.path, (used, used))
        os.utime(store.layout.wheel(sha256), (used, used))
    time.sleep(LATER)
    return sha256


def there(store: Store, *shas: str) -> list[bool]:
    return [store.look(sha256) is not None for sha256 in shas]


def cleared(store: Store, limits: Limits, needed: tuple[str, ...] = ()) -> Cleared:
    with store:
        return store.clear(limits, {"/environment": needed})


def test_what_was_not_used_for_longest_goes_first_and_only_as_much_as_must(
    store: Store, tmp_path: Path
) -> None:
    old, older, new = (
        kept(store, tmp_path, name, used=used, size=200_000)
        for name, used in (("old", 2000.0), ("older", 1000.0), ("new", 3000.0))
    )
    cleared(store, Limits(size=0), needed=(old, older, new))
    size = store.census().total
    done = cleared(store, Limits(size=size - 1))
    assert there(store, old, older, new) == [True, False, True]
    assert done.counts == {"tree": 1}
    assert set(done.projects) == {"older"}


def test_kept_wheels_go_before_any_tree(store: Store, tmp_path: Path) -> None:
    sha256 = kept(store, tmp_path, "one", size=200_000)
    done = cleared(store, Limits(size=store.census().total - 1))
    assert done.counts == {"wheel": 1}
    assert store.wheel(sha256) is None
    assert there(store, sha256) == [True]


def test_wheels_that_were_built_here_go_last(store: Store, tmp_path: Path) -> None:
    sha256 = kept(store, tmp_path, "one", size=200_000)
    results = Path(store.layout.built)
    results.mkdir()
    (results / "key").write_text(f'{{"sha256": "{sha256}", "filename": "x"}}')
    time.sleep(LATER)
    assert cleared(store, Limits(size=store.census().total - 1)).counts == {"tree": 1}
    assert store.wheel(sha256) is not None
    store.close()
    time.sleep(LATER)
    assert cleared(store, Limits(size=0)).counts == {"kept": 1, "built": 1}


def test_what_goes_by_age_is_what_was_last_used_before(store: Store, tmp_path: Path) -> None:
    old, new = kept(store, tmp_path, "old", used=1000.0), kept(store, tmp_path, "new", used=3000.0)
    done = cleared(store, Limits(before=2000.0))
    assert there(store, old, new) == [False, True]
    assert done.counts == {"wheel": 1, "tree": 1}


def test_sizes_are_those_that_the_disk_tells(store: Store, tmp_path: Path) -> None:
    kept(store, tmp_path, "one", used=1000.0, size=300_000)
    kept(store, tmp_path, "two", used=2000.0, size=70_000)
    (tmp_path / "environment").mkdir()

    def disk() -> int:
        done = subprocess.run(
            ["du", "-s", "--block-size=1", store.layout.root], check=True, capture_output=True, text=True
        )
        return int(done.stdout.split()[0])

    with store:
        store.clear(Limits(), {})
    before = disk()
    assert store.census().total == before
    with store:
        would = store.clear(Limits(before=1500.0), {}, dry_run=True)
    assert disk() == before
    done = cleared(store, Limits(before=1500.0))
    assert would.freed == done.freed
    # Names of files live in folders that do not become smaller.
    assert before - disk() == done.freed


def test_what_an_environment_needs_or_holds_stays(store: Store, tmp_path: Path) -> None:
    needed, hardlinked, free = (kept(store, tmp_path, name) for name in ("needed", "hardlinked", "free"))
    tree = store.look(hardlinked)
    assert tree is not None
    os.link(f"{tree.files}/{tree.manifest.dist_info}/WHEEL", tmp_path / "WHEEL")
    done = cleared(store, Limits(size=0), needed=(needed,))
    assert there(store, needed, hardlinked, free) == [True, True, False]
    assert done.in_use == 2
    (tmp_path / "WHEEL").unlink()
    cleared(store, Limits(size=0))
    assert there(store, needed, hardlinked) == [False, False]


def test_what_a_living_process_has_found_stays_until_it_closes_the_store(
    store: Store, tmp_path: Path
) -> None:
    found, other = kept(store, tmp_path, "found"), kept(store, tmp_path, "other")
    using = Store(store.layout.root)
    assert using.tree(found) is not None
    time.sleep(LATER)
    cleared(store, Limits(size=0))
    assert there(store, found, other) == [True, False]
    using.close()
    time.sleep(LATER)
    cleared(store, Limits(size=0))
    assert there(store, found) == [False]


def test_who_adds_a_wheel_holds_a_lease_from_before_it_is_read(store: Store, tmp_path: Path) -> None:
    # A new tree is as old as the folder that it was made in; an older lease keeps it from being cleared.
    (tmp_path / "bad-1.0-py3-none-any.whl").write_bytes(b"no wheel")
    with pytest.raises(WheelError):
        store.add_wheel(str(tmp_path / "bad-1.0-py3-none-any.whl"), "0" * 64, "bad-1.0-py3-none-any.whl")
    assert len(list(Path(store.layout.leases).glob(f"{os.getpid()}-*"))) == 1
    store.close()
    assert list(Path(store.layout.leases).glob(f"{os.getpid()}-*")) == []


def test_what_a_killed_process_had_found_goes(store: Store, tmp_path: Path) -> None:
    found = kept(store, tmp_path, "found")
    program = (
        "import os, sys\nfrom bodega.installer.store.store import Store\n"
        "assert Store(sys.argv[1]).tree(sys.argv[2])\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program, store.layout.root, found], check=False)
    assert len(os.listdir(store.layout.leases)) > 1
    time.sleep(LATER)
    cleared(store, Limits(size=0))
    assert there(store, found) == [False]
    assert os.listdir(store.layout.leases) == ["lock"]


def test_an_environment_that_a_program_runs_in_stays(store: Store, tmp_path: Path) -> None:
    kept(store, tmp_path, "one")
    folder = Path(store.layout.throwaway) / "made"
    folder.mkdir(parents=True)
    (folder / ".complete").touch()
    # As a program that was started holds it.
    descriptor = os.open(folder / ".complete", os.O_RDONLY)
    shared(descriptor)
    os.utime(folder / ".complete", (1000.0, 1000.0))
    assert "environment" not in cleared(store, Limits(size=0)).counts
    assert folder.exists()
    os.close(descriptor)
    assert cleared(store, Limits(size=0)).counts["environment"] == 1


def test_an_environment_that_nobody_uses_goes_with_what_it_alone_needs(store: Store, tmp_path: Path) -> None:
    sha256 = kept(store, tmp_path, "one")
    folder = Path(store.layout.throwaway) / "made"
    folder.mkdir(parents=True)
    (folder / ".complete").touch()
    time.sleep(LATER)
    with store:
        done = store.clear(Limits(size=0), {str(folder): [sha256]})
    assert done.counts == {"wheel": 1, "environment": 1, "tree": 1}
    assert not folder.exists()


def test_nothing_is_left_of_what_went(store: Store, tmp_path: Path) -> None:
    sha256 = kept(store, tmp_path, "one")
    cleared(store, Limits(size=0))
    names = [name for folder, _, files in os.walk(store.layout.root) for name in (folder, *files)]
    assert not [name for name in names if sha256 in name]
    assert take_census(store.layout).items == []
    assert os.listdir(store.layout.staging) == []
