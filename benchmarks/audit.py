"""An audit of a hundred projects against thirty thousand advisories: read for the first time, and kept.

``python benchmarks/audit.py [--advisories N] [--runs N]`` writes a database in the OSV format, larger than
the public one for Python, as a folder and as a zip, and times the whole process of ``bodega audit``.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

_PROJECTS = 100
_ENTRY = """[[packages]]
name = "project-{0}"
version = "2.1.1"
[packages.sdist]
url = "https://files.example.org/project_{0}-2.1.1.tar.gz"
hashes = {{sha256 = "aa"}}
"""


def main() -> int:
    """Print a table: seconds for the first audit, and the median of those after it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--advisories", type=int, default=30_000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder, options.advisories)
        print(f"{options.advisories} advisories, {_PROJECTS} projects\n")
        print("| source | first | kept |\n|---|---|---|")
        worst = 0.0
        for source in ("osv", "all.zip"):
            first = _seconds(folder, source)
            kept = statistics.median(_seconds(folder, source) for _ in range(options.runs))
            worst = max(worst, kept)
            print(f"| {source} | {first:.2f} s | {kept:.2f} s |")
    return 0 if worst < 1 else 1


def _seconds(folder: Path, source: str) -> float:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "BODEGA_STORE": str(folder / "store")}
    words = [sys.executable, "-m", "bodega", "audit", "--lock", "--osv", source, "--no-plan", "-q"]
    started = time.perf_counter()
    done = subprocess.run(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False)
    assert done.returncode == 1, done.returncode
    return time.perf_counter() - started


def _write(folder: Path, count: int) -> None:
    choice = random.Random(3)
    (folder / "osv").mkdir()
    for number in range(count):
        (folder / "osv" / f"{number}.json").write_text(json.dumps(_advisory(number, choice)))
    with zipfile.ZipFile(folder / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((folder / "osv").iterdir()):
            archive.write(path, path.name)
    entries = "".join(_ENTRY.format(number) for number in range(_PROJECTS))
    (folder / "pylock.toml").write_text(f'lock-version = "1.0"\ncreated-by = "benchmark"\n{entries}')


def _advisory(number: int, choice: random.Random) -> dict[str, object]:
    """One in ten is about a project of the lock; most of those are cured in what is locked."""
    project = number % _PROJECTS if number % 10 == 0 else choice.randrange(_PROJECTS, 8000)
    fixed = f"{choice.choice((1, 1, 1, 2))}.{choice.randrange(10)}.1"
    versions = [f"{first}.{second}.0" for first in range(int(fixed[0])) for second in range(30)]
    events = [{"introduced": "0"}, {"fixed": fixed}]
    package = {"ecosystem": "PyPI", "name": f"project-{project}"}
    return {
        "id": f"PYSEC-2026-{number}",
        "aliases": [f"CVE-2026-{number}"],
        "summary": "Crafted input takes very long",
        "details": "words " * 300,
        "affected": [
            {"package": package, "ranges": [{"type": "ECOSYSTEM", "events": events}], "versions": versions}
        ],
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"}],
    }


if __name__ == "__main__":
    sys.exit(main())
