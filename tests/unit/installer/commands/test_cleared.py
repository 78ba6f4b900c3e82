"""Which environments need a tree: those that link to it, that have its files, and whose history names it."""

import os
import shutil
import time
from pathlib import Path

from bodega.installer.commands.cleared import clear, environments_of, why
from bodega.installer.environments.apply import apply
from bodega.installer.environments.installed import scan
from bodega.installer.environments.interpreter import Interpreter
from bodega.installer.environments.linking import LinkMode
from bodega.installer.environments.plan import plan, removal
from bodega.installer.store.collecting import Limits
from bodega.installer.store.store import Store
from support.distributions import write_wheel
from support.environments import add, new_environment

EVERYTHING = Limits(size=0)


def installed(
    tmp_path: Path, store: Store, name: str, link_mode: LinkMode = "auto"
) -> tuple[Interpreter, str]:
    """An environment with one project, and the sha256 of its wheel."""
    environment = new_environment(tmp_path / name, store)
    selected = add(store, write_wheel(tmp_path, "sample", files={"sample.py": b"X = 1\n"}))
    apply(environment, plan([selected], {}), store, link_mode=link_mode, compile="never")
    return environment, selected.hashes["sha256"]


def cleared(store: Store) -> dict[str, int]:
    store.close()
    time.sleep(0.02)
    with store:
        return clear(store, EVERYTHING).counts


def test_a_tree_stays_while_an_environment_links_to_it(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    environment, sha256 = installed(tmp_path, store, "linked", "linked")
    shutil.rmtree(f"{environment.state}/history")
    assert "linked" in {one.how for one in why(store, "sample")[sha256]}
    assert "tree" not in cleared(store)
    assert os.path.exists(f"{environment.prefix}/lib/bodega/links/sample.py")
    shutil.rmtree(environment.prefix)
    assert cleared(store)["tree"] == 1
    assert environments_of(store) == []


def test_a_tree_stays_while_the_way_back_to_it_is_open(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    environment, sha256 = installed(tmp_path, store, "environment")
    assert [one.how for one in why(store, sha256[:8])[sha256]] == ["history", "files"]
    apply(environment, removal(scan(environment).values()), store)
    assert [one.how for one in why(store, "sample")[sha256]] == ["history"]
    assert "tree" not in cleared(store)
    shutil.rmtree(f"{environment.state}/history")
    assert cleared(store)["tree"] == 1
    assert why(store, "sample") == {}


def test_what_a_commit_that_was_cut_short_brings_stays(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    environment, sha256 = installed(tmp_path, store, "linked", "linked")
    shutil.rmtree(f"{environment.state}/history")
    staged = Path(environment.state) / "staging" / "1-a" / "new" / "lib" / "bodega"
    staged.parent.mkdir(parents=True)
    shutil.move(f"{environment.prefix}/lib/bodega", staged)
    assert "tree" not in cleared(store)
    assert store.look(sha256) is not None


def test_an_environment_that_has_only_copies_is_whole_without_the_store(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "store"))
    environment, _ = installed(tmp_path, store, "copied", "copy")
    shutil.rmtree(f"{environment.state}/history")
    assert cleared(store)["tree"] == 1
    assert Path(environment.scheme.purelib, "sample.py").read_bytes() == b"X = 1\n"
