"""Upgrades by one version: what comes over the wire, of real wheels.

    python benchmarks/delta.py [PROJECT ...]

Each project's newest release and the one before it are taken from the configured index. The upgrade is done
by ``bodega install`` against that index, and against loopback servers that answer several ranges at once,
one at a time, or none. The installed trees are compared with those of a plain download.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from support.upstream import Upstream

PROJECTS = ("django", "sqlalchemy", "jupyterlab", "pandas", "numpy", "sympy", "botocore", "plotly")
#: The share of the wheel that may be fetched, where something is promised.
TARGETS = {"django": 0.2, "sqlalchemy": 0.2, "jupyterlab": 0.2}
BODEGA = (sys.executable, "-I", "-m", "bodega")


def run(*command: str, **environment: str) -> str:
    """Run a command that must succeed, and give what it printed."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout


def newest_two(project: str) -> tuple[str, str]:
    """The two newest versions that this Python can use, the older first."""
    said = run(sys.executable, "-m", "pip", "index", "versions", project)
    versions = said.partition("Available versions:")[2].splitlines()[0].replace(" ", "").split(",")
    return versions[1], versions[0]


def wheels(project: str, folder: Path) -> tuple[Path, Path]:
    """The wheels of the two, from the configured index."""
    found = []
    for version in newest_two(project):
        place = folder / f"{project}-{version}"
        pip = (sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:")
        run(*pip, "-d", str(place), f"{project}=={version}")
        found.append(next(place.glob("*.whl")))
    return found[0], found[1]


def upgrade(project: str, pair: tuple[Path, Path], folder: Path, index: str | None) -> dict[str, Any]:
    """Install the older, then the newer; the report of the second."""
    named = {"BODEGA_INDEX_URL": index} if index else {}
    environment = {**named, "BODEGA_STORE": str(folder / "store"), "HOME": str(folder)}
    place = str(folder / "environment")
    run(*BODEGA, "venv", place, **environment)
    report: dict[str, Any] = {}
    for wheel in pair:
        wanted = f"{project}=={wheel.name.split('-')[1]}"
        words = ("install", "--no-deps", "--no-compile", "--json", "--python", place, wanted)
        report = json.loads(run(*BODEGA, *words, **environment))
    return report


def row(project: str, folder: Path) -> None:
    """One line of the table."""
    old, new = wheels(project, folder)
    shares = []
    size = new.stat().st_size
    for way in ("index", "several", "single", "none"):
        with Upstream() as upstream, tempfile.TemporaryDirectory(dir=folder) as place:
            for wheel in (old, new):
                upstream.add(project, wheel.name, wheel.read_bytes(), **{"requires-python": None})
            upstream.several_ranges, upstream.ranges = way == "several", way != "none"
            report = upgrade(project, (old, new), Path(place), None if way == "index" else upstream.root)
            check_kept(Path(place), new)
            shares.append(report["bytes_downloaded"] / size)
    target = TARGETS.get(project)
    verdict = "" if target is None else "reached" if max(shares[:3]) <= target else "missed"
    step = f"{project} {old.name.split('-')[1]} -> {new.name.split('-')[1]}"
    print(f"{step:<32}{size / 1e6:>7.2f}" + "".join(f"{one:>9.3f}" for one in shares), verdict, flush=True)


def check_kept(folder: Path, wheel: Path) -> None:
    """The store keeps the very bytes of the wheel."""
    content = wheel.read_bytes()
    if not any(kept.read_bytes() == content for kept in folder.glob("store/wheels/*.whl")):
        raise SystemExit(f"{wheel.name} was not rebuilt as it was published")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("projects", nargs="*", default=PROJECTS)
    options = parser.parse_args()
    print(
        "the share of the wheel's bytes that an upgrade fetches: from the configured index, and from servers"
    )
    print("that answer several ranges at once, one at a time, and none\n")
    print(f"{'':<32}{'MB':>7}{'index':>9}{'several':>9}{'single':>9}{'none':>9}")
    with tempfile.TemporaryDirectory(prefix="bodega-delta-") as made:
        for project in options.projects:
            row(project, Path(made))


if __name__ == "__main__":
    main()
