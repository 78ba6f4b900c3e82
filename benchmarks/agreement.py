"""Twenty real projects' requirements, locked by bodega, nab and uv at one date: which versions each chose.

    python benchmarks/agreement.py [--set NAME ...] [--before DATE] [--folder DIR] [--write]

All three ask our index, in front of the index that pip is configured for, for Python 3.11 on this machine,
for wheels alone but where a set says ``builds``, and leave out what was uploaded later. A
difference is explained in ``agreement.toml``, or counts as not explained: then the exit code is 1.
``--write`` writes the table to ``docs/resolution/beside-nab-and-uv.md``.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from resolving.processes import BODEGA, served_index

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs/resolution/beside-nab-and-uv.md"
TOOLS = ("bodega", "nab", "uv")
PATIENCE = 300.0
BEFORE = "2026-11-01T00:00:00Z"


@dataclass(frozen=True)
class Locked:
    """What one tool chose, or its last words where it did not."""

    versions: Mapping[str, str]
    seconds: float
    failure: str = ""


class Scene:
    """One set of requirements, the files and caches of the three tools beside it."""

    def __init__(self, folder: Path, index: str, before: str, asked: Mapping[str, Any]) -> None:
        self._folder, self._index, self._before = folder, index, before
        self._builds = bool(asked.get("builds"))
        texts: Sequence[str] = asked["requirements"]
        folder.mkdir(parents=True, exist_ok=True)
        self._wanted = folder / "requirements.in"
        self._wanted.write_text("".join(f"{text}\n" for text in texts))
        project = {"name": "asked", "version": "0", "requires-python": ">=3.11,<3.12"}
        lines = [f'{key} = "{value}"' for key, value in project.items()]
        listed = ", ".join(f'"{text}"' for text in texts)
        (folder / "pyproject.toml").write_text(
            "\n".join(
                [
                    "[project]",
                    *lines,
                    f"dependencies = [{listed}]",
                    "[tool.nab]",
                    f'uploaded-prior-to = "{before}"',
                    "[[tool.nab.indexes]]",
                    'name = "ours"',
                    f'url = "{index}"',
                    "",
                ]
            )
        )

    def locked(self, tool: str) -> Locked:
        """Lock with one of the tools."""
        output = self._folder / f"pylock.{tool}.toml"
        output.unlink(missing_ok=True)
        started = time.monotonic()
        done = self._run(getattr(self, f"_{tool}")(output))
        seconds = time.monotonic() - started
        if done is None:
            return Locked({}, seconds, f"no answer in {PATIENCE:.0f} seconds")
        if done.returncode:
            said = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
            return Locked({}, seconds, " ".join(said[:3])[:400] or f"exit {done.returncode}")
        packages = tomllib.loads(output.read_text())["packages"]
        return Locked({one["name"]: one["version"] for one in packages if "version" in one}, seconds)

    def _bodega(self, output: Path) -> list[str]:
        kinds = () if self._builds else ("--only-binary", ":all:")
        words = ("lock", "--quiet", *kinds, "--uploaded-prior-to", self._before)
        return [*BODEGA, *words, "-i", self._index, "-r", str(self._wanted), "-o", str(output)]

    def _uv(self, output: Path) -> list[str]:
        words = ("pip", "compile", "--quiet", "--no-config", "--python", sys.executable)
        kinds = () if self._builds else ("--no-build",)
        where = ("--default-index", self._index, "--exclude-newer", self._before)
        form = ("--format", "pylock.toml", "-o", str(output))
        return [_program("uv"), *words, *kinds, *where, *form, str(self._wanted)]

    def _nab(self, output: Path) -> list[str]:
        kinds = (
            ("wheel-or-sdist", "--project-build-policy", "build-remote") if self._builds else ("wheel-only",)
        )
        words = ("--no-progress", "-q", "lock", "--no-cache", "--project-dist-policy", *kinds)
        return [_program("nab"), *words, "--output", str(output), str(self._folder / "pyproject.toml")]

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str] | None:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "BODEGA_", "NAB_"))}
        kept.pop("VIRTUAL_ENV", None)
        environment = {
            **kept,
            "HOME": str(self._folder.parent),
            "PIP_CONFIG_FILE": os.devnull,
            "BODEGA_STORE": str(self._folder.parent / "store"),
            "UV_CACHE_DIR": str(self._folder.parent / "uv-cache"),
        }
        try:
            return subprocess.run(
                command,
                env=environment,
                cwd=self._folder,
                capture_output=True,
                text=True,
                timeout=PATIENCE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return None


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        raise SystemExit(f"{name} is not installed: pip install {name}")
    return found


def differences(locks: Mapping[str, Locked]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Projects of which not all chose the same version, with what each chose that made a lock."""
    there = {tool: lock for tool, lock in locks.items() if not lock.failure}
    names = sorted({name for lock in there.values() for name in lock.versions})
    for name in names:
        chosen = {tool: lock.versions.get(name, "none") for tool, lock in there.items()}
        if len(set(chosen.values())) > 1:
            yield name, chosen


def rows(name: str, given: Mapping[str, Any], locks: Mapping[str, Locked]) -> tuple[list[str], int]:
    """The lines of one set in the page, and how many differences nobody has explained."""
    found = list(differences(locks))
    counts = " | ".join(str(len(lock.versions)) if not lock.failure else "none" for lock in locks.values())
    asked = ", ".join(f"`{text}`" for text in given["requirements"]) + (
        " (builds)" if given.get("builds") else ""
    )
    notes: Mapping[str, str] = given.get("notes", {})
    lines = [f"| {name} | {asked} | {counts} | {len(found) or 'the same'} |"]
    unexplained = 0
    for tool, lock in locks.items():
        if lock.failure:
            why = notes.get(f"{tool}-fails")
            unexplained += why is None
            lines.append(f"- **{name}**: {tool} made no lock: {why or f'not explained: {lock.failure}'}")
    for project, chosen in found:
        why = notes.get(project) or notes.get("all")
        unexplained += why is None
        told = ", ".join(f"{tool} {version}" for tool, version in chosen.items())
        lines.append(f"- **{name}**, {project}: {told}. {why or 'Not explained.'}")
    return lines, unexplained


HEAD = """<!-- GENERATED by benchmarks/agreement.py --write -->
# Beside nab and uv

Requirements of twenty real projects, locked by all three at {before}, Python {python}, Linux, from one index.
Nothing is built but where that is said: only wheels count. Versions that differ are explained below, each.

| set | requirements | bodega | nab | uv | differ |
|---|---|---|---|---|---|
"""


def page(all_rows: Sequence[Sequence[str]], before: str) -> str:
    """The page: the table, then what differs."""
    python = ".".join(map(str, sys.version_info[:2]))
    table = [lines[0] for lines in all_rows]
    rest = [line for lines in all_rows for line in lines[1:]]
    more = ["", "## What differs, and why", "", *rest] if rest else []
    return HEAD.format(before=before, python=python) + "\n".join([*table, *more, ""])


def main() -> int:
    sets = tomllib.loads((HERE / "agreement.toml").read_text())
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--set", choices=sets, action="append", help="default: all")
    parser.add_argument("--before", default=BEFORE)
    parser.add_argument("--folder", type=Path, help="keep caches and the index here, for the next run")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    folder = (given.folder or Path(tempfile.mkdtemp(prefix="bodega-agreement-"))).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    found, unexplained = [], 0
    try:
        with served_index(folder) as url:
            for name in given.set or sets:
                one = sets[name]
                scene = Scene(folder / name, f"{url}/simple/", given.before, one)
                locks = {tool: scene.locked(tool) for tool in TOOLS}
                lines, missing = rows(name, one, locks)
                times = ", ".join(f"{tool} {lock.seconds:.1f} s" for tool, lock in locks.items())
                print("\n".join(lines), f"\n    {times}", flush=True)
                found.append(lines)
                unexplained += missing
    finally:
        if given.folder is None:
            shutil.rmtree(folder)
    if given.write:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(found, given.before))
    print(f"{len(found)} sets, {unexplained} differences not explained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
