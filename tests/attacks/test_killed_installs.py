"""Killed at any change of the file system: the environment is all old, or the next command makes it all new."""

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bodega.installer.environments.commit import recover
from bodega.installer.environments.discovery import find
from bodega.installer.locking.selection import Selected
from bodega.installer.store.store import Store
from support import killing
from support.distributions import write_wheel
from support.environments import add, contents, new_environment, snapshot, told, unfinished

ENTRY = b"[console_scripts]\nold = pkg:a\nboth = pkg:a\n"
MEMORY = "/dev/shm"  # noqa: S108 - only for speed
NEW_ENTRY = b"[console_scripts]\nboth = pkg:b\nnew = pkg:b\n"


@dataclass
class Scene:
    """A store, an environment as it is before, and what each kind of change is given."""

    folder: Path
    store: Store
    before: Path
    killer: killing.Killer
    upgrade: list[Selected]
    fresh: list[Selected]

    def environment(self) -> Path:
        """The environment, made anew."""
        path = self.folder / "environment"
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.before, path, symlinks=True)
        return path

    def arguments(self, change: str) -> tuple[object, ...]:
        if change == "rollback":
            return (killing.rollback, str(self.folder / "environment"), self.store.layout.root)
        if change == "uninstall":
            return (
                killing.uninstall,
                str(self.folder / "environment"),
                self.store.layout.root,
                ["grows", "lone"],
            )
        selected = self.upgrade if change == "upgrade" else self.fresh
        return (killing.install, str(self.folder / "environment"), self.store.layout.root, selected)

    def recovered(self) -> bool:
        interpreter = find(str(self.folder / "environment"), {}, self.store)
        return recover(interpreter)


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    # In memory where there is such a place: the journal's fsync is most of the time, a thousand times over.
    memory = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="killed-", dir=memory) as folder:
        yield from made_in(Path(folder))


def made_in(folder: Path) -> Iterator[Scene]:
    store = Store(str(folder / "store"))
    shared = {"space/lone/__init__.py": b"", "space/lone/deep/a.py": b"1\n"}
    old = {
        "pkg/__init__.py": b"a = 1\n",
        "pkg/gone.py": b"",
        "pkg/sub/x.py": b"old\n",
        "space/grows.py": b"old\n",
        "space/goes.py": b"",
        "single.py": b"old\n",
        "grows-1.0.data/data/share/doc/old.txt": b"old\n",
        "grows-1.0.data/scripts/tool": b"#!python\nprint('old')\n",
    }
    new = {
        "pkg/__init__.py": b"b = 2\n",
        "pkg/added/y.py": b"new\n",
        "space/grows.py": b"new\n",
        "space/came/z.py": b"",
        "single.py": b"new\n",
        "grows-2.0.data/data/share/doc/new.txt": b"new\n",
        "grows-2.0.data/scripts/tool": b"#!python\nprint('new')\n",
    }
    first = write_wheel(folder, "grows", "1.0", files=old, extra_info={"entry_points.txt": ENTRY})
    second = write_wheel(folder, "grows", "2.0", files=new, extra_info={"entry_points.txt": NEW_ENTRY})
    lone = add(store, write_wheel(folder, "lone", files=shared))
    here = [add(store, first), lone]
    new_environment(folder / "environment", store)
    killer = killing.Killer()
    assert killer.run(killing.install, str(folder / "environment"), store.layout.root, here) == 0
    (folder / "environment").rename(folder / "before")
    extra = add(store, write_wheel(folder, "extra", files={"extra/__init__.py": b"", "space/extra.py": b""}))
    store.close()
    yield Scene(folder, store, folder / "before", killer, [add(store, second), extra], [extra])
    killer.close()


def kill_everywhere(scene: Scene, change: str) -> tuple[int, int]:
    """Kill at the first change, the second ...; how often the environment was old, and new, afterwards."""
    path = scene.environment()
    old, old_history = snapshot(path), told(path / ".bodega")
    assert scene.killer.run(*scene.arguments(change)) == 0
    new, new_history = snapshot(path), told(path / ".bodega")
    assert new_history[:-1] == old_history
    assert new != old
    found_old = found_new = 0
    for at in range(1, 2000):
        scene.environment()
        code = scene.killer.run(*scene.arguments(change), at=at)
        if code == 0:
            return found_old, found_new
        assert code == killing.KILLED
        journaled = (path / ".bodega/journal").exists()
        if not journaled:
            assert snapshot(path) in (old, new), f"killed at {at}: neither old nor new, and no journal"
        scene.recovered()
        after = snapshot(path)
        assert after in (old, new), f"killed at {at}: not recovered"
        if journaled:
            assert after == new
        found_old += after == old
        found_new += after == new
        assert not scene.recovered()
        assert unfinished(path / ".bodega") == []
        assert told(path / ".bodega") == (new_history if after == new else old_history)
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("change", ["upgrade", "uninstall", "fresh", "rollback"])
def test_killed_anywhere_it_is_old_or_new(scene: Scene, change: str) -> None:
    old, new = kill_everywhere(scene, change)
    assert old >= 5
    assert new >= 5
    assert scene.store.verify().damage == ()


def test_a_recovery_that_is_killed_is_recovered(scene: Scene) -> None:
    path = scene.environment()
    assert scene.killer.run(*scene.arguments("upgrade")) == 0
    new = snapshot(path)
    # The first kill that leaves a journal, and some renames further on.
    first = next(at for at in range(1, 2000) if killed_with_journal(scene, at))
    for at in (first, first + 4):
        for step in range(1, 60):
            if not killed_with_journal(scene, at):
                break
            code = scene.killer.run(killing.finish, str(path), scene.store.layout.root, at=step)
            if code == 0:
                break
            scene.recovered()
            assert snapshot(path) == new
        assert step > 3


def killed_with_journal(scene: Scene, at: int) -> bool:
    path = scene.environment()
    return (
        scene.killer.run(*scene.arguments("upgrade"), at=at) == killing.KILLED
        and (path / ".bodega/journal").exists()
    )


def test_the_next_command_finishes_without_being_asked(scene: Scene) -> None:
    first = next(at for at in range(1, 2000) if killed_with_journal(scene, at))
    assert killed_with_journal(scene, first + 3)
    path = scene.folder / "environment"
    assert scene.killer.run(*scene.arguments("fresh")) == 0
    names = {Path(one).name for one in contents(path)}
    assert {"grows-2.0.dist-info", "new.txt", "extra-1.0.dist-info"} < names
    assert not {"grows-1.0.dist-info", "gone.py", "old.txt"} & names


def test_two_installs_at_once_are_both_done(scene: Scene) -> None:
    path = scene.environment()
    codes: list[int] = []
    actions = [scene.arguments("upgrade"), scene.arguments("fresh"), scene.arguments("upgrade")]
    killers = [killing.Killer() for _ in actions]
    threads = [
        threading.Thread(target=lambda killer=killer, one=one: codes.append(killer.run(*one)))
        for killer, one in zip(killers, actions, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for killer in killers:
        killer.close()
    assert codes == [0, 0, 0]
    together = contents(path)
    path = scene.environment()
    assert scene.killer.run(*scene.arguments("upgrade")) == 0
    assert contents(path) == together
