"""What survives kill -9 at every system call that changes something: install, upgrade, uninstall, rollback.

Each change is run once under ``strace`` to count its calls, then once for each of them, killed there. Then
``bodega list`` is asked. Targets: never anything but all old (before the commit) or all new, history
included. With ``--errors`` each call fails with ENOSPC or EIO instead: the command fails and the environment
is all old, or it is done all the same. Usage: ``killing_installs.py [--errors] [--every 1]``.
"""

import argparse
import collections
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.distributions import write_wheel
from support.environments import snapshot, told, unfinished

CALLS = (
    "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat", "rmdir",
    "unlink", "unlinkat", "write", "pwrite64", "writev", "ftruncate", "chmod", "fchmod", "fchmodat",
    "utimensat", "fsync", "fdatasync", "flock", "copy_file_range", "sendfile",
)  # fmt: skip
ENTRY = b"[console_scripts]\nold = pkg:a\nboth = pkg:a\n"
NEW_ENTRY = b"[console_scripts]\nboth = pkg:b\nnew = pkg:b\n"
KILLED = {-9, 137}


@dataclass
class Result:
    """What came out for one change."""

    points: int = 0
    old: int = 0
    new: int = 0
    forward: int = 0
    wrong: int = 0


@dataclass(frozen=True)
class What:
    """One attempt: the change, from which state, and which call of it is killed or fails, and how."""

    state: str
    change: str
    kind: str
    call: str
    number: int


class Arena:
    """A store and an environment before each change, from which every attempt gets copies of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir()
        self._write_wheels()
        # Every attempt sees the same paths: the environment is named in its scripts.
        self.place = Path("/tmp") / f"killing-{os.getpid()}"  # noqa: S108 - made here, short
        self.states: dict[str, Path] = {}

    def prepare(self) -> None:
        """Make the states from which the changes begin."""
        home = self.home(0)
        home.mkdir(parents=True)
        self.bodega(0, "venv", "--no-pip", str(home / "env"), code=0)
        self.change(0, "install", "first", "grows==1.0", "lone")
        self._keep("one")
        self.change(0, "install", "upgrade", "-U", "grows", "extra")
        self._keep("two")

    def home(self, slot: int) -> Path:
        return self.place / f"slot-{slot}"

    def restore(self, slot: int, state: str) -> Path:
        """A fresh copy in a slot's place; everything is as it was."""
        home = self.home(slot)
        subprocess.run(["rm", "-rf", str(home)], check=True)
        shutil.copytree(self.states[state], home, symlinks=True)
        return home / "env"

    def words(self, change: str) -> tuple[str, ...]:
        found = ("--no-index", "--find-links", str(self.wheels), "--no-compile", "--link-mode", "hardlink")
        return {
            "install": ("install", *found, "extra"),
            "upgrade": ("install", *found, "-U", "grows", "extra"),
            "uninstall": ("uninstall", "--yes", "grows", "lone"),
            "rollback": ("rollback", "--no-compile", "--offline"),
        }[change]

    def change(self, slot: int, command: str, _what: str, *words: str) -> None:
        found = ("--no-index", "--find-links", str(self.wheels), "--no-compile", "--link-mode", "hardlink")
        self.bodega(slot, command, *found, *words, code=0)

    def bodega(
        self, slot: int, *words: str, code: int | None = None, before: tuple[str, ...] = ()
    ) -> subprocess.CompletedProcess[str]:
        home = self.home(slot)
        place = ("--python", str(home / "env")) if words[0] != "venv" else ()
        command = [*before, sys.executable, "-m", "bodega", words[0], *place, *words[1:]]
        environment = {
            "HOME": str(home),
            "PATH": os.environ["PATH"],
            "BODEGA_STORE": str(home / "store"),
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert code is None or done.returncode == code, done.stderr
        return done

    def _keep(self, name: str) -> None:
        self.states[name] = self.folder / name
        shutil.copytree(self.home(0), self.states[name], symlinks=True)

    def _write_wheels(self) -> None:
        old = {
            "pkg/__init__.py": b"a = 1\n", "pkg/gone.py": b"", "pkg/sub/x.py": b"old\n",
            "space/grows.py": b"old\n", "space/goes.py": b"", "single.py": b"old\n",
            "grows-1.0.data/data/share/doc/old.txt": b"old\n",
            "grows-1.0.data/scripts/tool": b"#!python\nprint('old')\n",
        }  # fmt: skip
        new = {
            "pkg/__init__.py": b"b = 2\n", "pkg/added/y.py": b"new\n", "space/grows.py": b"new\n",
            "space/came/z.py": b"", "single.py": b"new\n", "grows-2.0.data/data/share/doc/new.txt": b"new\n",
            "grows-2.0.data/scripts/tool": b"#!python\nprint('new')\n",
        }  # fmt: skip
        write_wheel(self.wheels, "grows", "1.0", files=old, extra_info={"entry_points.txt": ENTRY})
        write_wheel(self.wheels, "grows", "2.0", files=new, extra_info={"entry_points.txt": NEW_ENTRY})
        write_wheel(
            self.wheels, "lone", files={"space/lone/__init__.py": b"", "space/lone/deep/a.py": b"1\n"}
        )
        write_wheel(self.wheels, "extra", files={"extra/__init__.py": b"", "space/extra.py": b""})


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="calls fail instead of killing")
    parser.add_argument("--every", type=int, default=1, help="only every N-th point")
    options = parser.parse_args()
    if shutil.which("strace") is None:
        print("strace is not installed: nothing was tried")
        return 1
    kinds = ("ENOSPC", "EIO") if options.errors else ("KILL",)
    print(f"{'change':<11}{'by':<8}{'points':>7}{'old':>6}{'new':>6}{'finished':>10}{'wrong':>7}{'time':>8}")
    wrong = points = 0
    with tempfile.TemporaryDirectory() as folder:
        arena = Arena(Path(folder))
        try:
            arena.prepare()
            for change in ("install", "upgrade", "uninstall", "rollback"):
                for kind in kinds:
                    started = time.monotonic()
                    result = tried(arena, change, kind, options.every)
                    print(
                        f"{change:<11}{kind:<8}{result.points:>7}{result.old:>6}{result.new:>6}"
                        f"{result.forward:>10}{result.wrong:>7}{time.monotonic() - started:>6.0f} s",
                        flush=True,
                    )
                    wrong, points = wrong + result.wrong, points + result.points
        finally:
            shutil.rmtree(arena.place, ignore_errors=True)
    print(f"{points} points, {wrong} wrong; target: none:", "reached" if not wrong else "MISSED")
    return 1 if wrong else 0


def tried(arena: Arena, change: str, kind: str, every: int) -> Result:
    state = "two" if change == "rollback" else "one"
    result, slots = Result(), [0, 1]
    # What is old and new differs by slot, since scripts name their environment.
    expected = {slot: both(arena, slot, state, change) for slot in slots}
    places = list(points_of(arena, state, change))[::every]

    def one(at: int) -> tuple[str, bool, str]:
        slot = slots.pop()
        try:
            return attempt(arena, slot, What(state, change, kind, *places[at]), expected[slot])
        finally:
            slots.append(slot)

    with ThreadPoolExecutor(len(slots)) as pool:
        for at, (verdict, forward, words) in enumerate(pool.map(one, range(len(places)))):
            result.points += 1
            result.forward += forward
            result.old += verdict == "old"
            result.new += verdict == "new"
            if verdict not in ("old", "new"):
                result.wrong += 1
                print(f"  {change} {kind} at {places[at]}: {verdict} {words}", flush=True)
    return result


def both(arena: Arena, slot: int, state: str, change: str) -> list[object]:
    path = arena.restore(slot, state)
    old = seen(path)
    arena.bodega(slot, *arena.words(change), code=0)
    new = seen(path)
    assert old != new
    return [old, new]


def seen(path: Path) -> object:
    return snapshot(path), told(path / ".bodega")


def points_of(arena: Arena, state: str, change: str) -> Iterator[tuple[str, int]]:
    """Each call of the change, by name and its number."""
    arena.restore(0, state)
    log = arena.folder / "calls"
    arena.bodega(0, *arena.words(change), code=0, before=strace(log))
    counts = collections.Counter(
        found[1] for line in log.read_text().splitlines() if (found := re.match(r"(?:\d+ +)?(\w+)\(", line))
    )
    for name, count in sorted(counts.items()):
        yield from ((name, at) for at in range(1, count + 1))


def strace(log: Path, inject: str = "") -> tuple[str, ...]:
    chosen = ("-e", f"inject={inject}") if inject else ()
    return ("strace", "-f", "-qq", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *chosen)


def attempt(arena: Arena, slot: int, what: What, expected: list[object]) -> tuple[str, bool, str]:
    """Old or new, whether a commit had to be finished, and what was said."""
    path = arena.restore(slot, what.state)
    how = "signal=KILL" if what.kind == "KILL" else f"error={what.kind}"
    tracing = strace(arena.folder / f"log-{slot}", f"{what.call}:{how}:when={what.number}")
    done = arena.bodega(slot, *arena.words(what.change), before=tracing)
    journaled = (path / ".bodega/journal").exists()
    first = seen(path)
    listed = arena.bodega(slot, "list", "--format", "json")
    after = seen(path)
    old, new = expected
    faults = {
        "neither, and no journal": not journaled and first not in (old, new),
        "traceback": "E-UNEXPECTED" in done.stderr,
        "not recovered": listed.returncode != 0 or after not in (old, new),
        "rolled back": journaled and after != new,
        "something left": bool(unfinished(path / ".bodega")),
        "listed wrong": listed.returncode == 0 and names_in(listed.stdout) != installed_in(path),
    }
    wrong = ", ".join(fault for fault, is_so in faults.items() if is_so)
    return (
        wrong or ("new" if after == new else "old"),
        journaled,
        f"{done.stderr[-200:]}{listed.stderr[-200:]}",
    )


def names_in(text: str) -> set[str]:
    return {f"{one['name']}-{one['version']}.dist-info" for one in json.loads(text)}


def installed_in(path: Path) -> set[str]:
    return {one.name for one in (path / "lib").rglob("*.dist-info")}


if __name__ == "__main__":
    sys.exit(main())
