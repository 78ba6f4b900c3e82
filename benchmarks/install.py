"""Installs of three sizes: bodega and uv, turn by turn in one run, on one file system, from one index.

    python benchmarks/install.py [--pairs 7] [--folder DIR] [--size S|M|L ...] [--only WORDS ...]

S is requests, M about 100 distributions, L about 120 of more than 20,000 files. Prints medians of wall
clock and CPU (both programs, their children and helpers), the median of the ratios of each pair, and the
largest memory. Both read the same index (ours, started here, warm) and keep their own caches. Environments
are made and removed outside the timed part; bytecode is compiled by nobody but where a row says so.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_LAB = ("jupyterlab", "notebook", "ipywidgets", "numpy")
SIZES = {
    "S": ("requests",),
    "M": _LAB,
    "L": (
        *_LAB,
        "pandas",
        "matplotlib",
        "scipy",
        "scikit-learn",
        "sympy",
        "networkx",
        "django",
        "sqlalchemy",
    ),
}
#: What is run first in a new environment: what a person does next.
FIRST_RUN = {
    "S": ["bin/python", "-c", "import requests"],
    "M": ["bin/jupyter", "lab", "--version"],
    "L": [
        "bin/python",
        "-c",
        "import jupyterlab.labapp, pandas, matplotlib.pyplot, sklearn.linear_model, sympy",
    ],
}
ONE_MORE = "humanize"
BODEGA = (sys.executable, "-I", "-m", "bodega")
READY = re.compile(r"bodega: serving (http://\S+)")


@dataclass(frozen=True)
class Cost:
    """What one command took: wall and CPU seconds, and the largest memory of a process in megabytes."""

    wall: float
    cpu: float
    memory: float


class Bench:
    """Two installers, their caches, and fresh environments, for one size."""

    def __init__(self, folder: Path, index: str, size: str) -> None:
        self.folder = folder
        self.size = size
        self.lock = folder / "pylock.toml"
        self.made = 0
        found = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if found is None:
            raise SystemExit("uv is not installed: pip install uv")
        self.uv = found
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_")) and k != "VIRTUAL_ENV"
        }
        self.environment = {
            **kept,
            "HOME": str(folder),
            "BODEGA_STORE": str(folder / "store"),
            "BODEGA_INDEX_URL": index,
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "UV_DEFAULT_INDEX": index,
            "PIP_CONFIG_FILE": os.devnull,
        }

    def fresh(self) -> Path:
        """A new, empty environment."""
        self.made += 1
        path = self.folder / "environments" / str(self.made)
        self.run(sys.executable, "-m", "venv", "--without-pip", str(path))
        return path

    def run(self, *command: str, **environment: str) -> Cost:
        """Run a command that must succeed."""
        with tempfile.TemporaryFile() as out:
            started = time.monotonic()
            process = subprocess.Popen(
                command, env={**self.environment, **environment}, stdout=out, stderr=out
            )
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                out.seek(0)
                raise SystemExit(f"{' '.join(command)}\n{out.read().decode(errors='replace')}")
        return Cost(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)

    def bodega(self, *words: str, **environment: str) -> Cost:
        return self.run(*BODEGA, *words, **environment)

    def uv_pip(self, *words: str, **environment: str) -> Cost:
        return self.run(self.uv, "pip", *words, **environment)


def bodega_sync(bench: Bench, place: Path) -> Cost:
    return bench.bodega("sync", "--python", str(place), str(bench.lock))


def bodega_linked(bench: Bench, place: Path) -> Cost:
    return bench.bodega("sync", "--link-mode", "linked", "--python", str(place), str(bench.lock))


def uv_sync(bench: Bench, place: Path) -> Cost:
    return bench.uv_pip("sync", "--python", str(place), str(bench.lock), "--preview-features", "pylock")


def bodega_names(bench: Bench, place: Path) -> Cost:
    return bench.bodega("install", "--python", str(place), *SIZES[bench.size])


def uv_names(bench: Bench, place: Path) -> Cost:
    return bench.uv_pip("install", "--python", str(place), *SIZES[bench.size])


def then_run(act: "Act") -> "Act":
    """An install, and what a person does next."""

    def both(bench: Bench, place: Path) -> Cost:
        one = act(bench, place)
        program, *words = FIRST_RUN[bench.size]
        other = bench.run(str(place / program), *words)
        return Cost(one.wall + other.wall, one.cpu + other.cpu, one.memory)

    return both


def bodega_cold(bench: Bench, place: Path) -> Cost:
    with tempfile.TemporaryDirectory(dir=bench.folder) as store:
        words = ("sync", "--no-compile", "--python", str(place), str(bench.lock))
        cost = bench.bodega(*words, BODEGA_STORE=store)
        make_writable(Path(store))
    return cost


def uv_cold(bench: Bench, place: Path) -> Cost:
    with tempfile.TemporaryDirectory(dir=bench.folder) as cache:
        words = ("sync", "--python", str(place), str(bench.lock), "--preview-features", "pylock")
        return bench.uv_pip(*words, UV_CACHE_DIR=cache)


def make_writable(folder: Path) -> None:
    """Trees of a store are read-only, which hinders a user that is not root in removing them."""
    for path, _, _ in os.walk(folder):
        os.chmod(path, 0o700)


def bodega_one_more(bench: Bench, place: Path) -> Cost:
    bodega_sync(bench, place)
    return bench.bodega("install", "--python", str(place), ONE_MORE)


def uv_one_more(bench: Bench, place: Path) -> Cost:
    uv_sync(bench, place)
    return bench.uv_pip("install", "--python", str(place), ONE_MORE)


def bodega_nothing(bench: Bench, place: Path) -> Cost:
    bodega_sync(bench, place)
    return bodega_names(bench, place)


def uv_nothing(bench: Bench, place: Path) -> Cost:
    uv_sync(bench, place)
    return uv_names(bench, place)


Act = Callable[[Bench, Path], Cost]
PAIRS: dict[str, tuple[Act, Act]] = {
    "warm, from a lock": (bodega_sync, uv_sync),
    "warm, by name": (bodega_names, uv_names),
    "warm and first run": (then_run(bodega_sync), then_run(uv_sync)),
    "linked": (bodega_linked, uv_sync),
    "linked and first run": (then_run(bodega_linked), then_run(uv_sync)),
    "one more": (bodega_one_more, uv_one_more),
    "nothing to do": (bodega_nothing, uv_nothing),
    "cold": (bodega_cold, uv_cold),
}
#: What the ratio of wall clock must not exceed.
TARGETS = {
    ("warm, from a lock", "S"): 1.2,
    ("warm, from a lock", "M"): 1.2,
    ("warm, from a lock", "L"): 1.3,
    ("warm, by name", "S"): 1.2,
    ("warm, by name", "M"): 1.2,
    ("warm, by name", "L"): 1.3,
    ("warm and first run", "L"): 0.5,
    ("linked", "M"): 0.25,
    ("linked", "L"): 0.25,
    ("one more", "L"): 1.5,
    ("cold", "L"): 1.1,
}
MOST_MEMORY = 200
MOST_NOTHING = 0.080
START = {("--version",): 0.025, ("--help",): 0.040, ("install", "--help"): 0.060}


def timed(bench: Bench, act: Act) -> Cost:
    """One act in a fresh environment, which is removed afterwards."""
    place = bench.fresh()
    os.sync()
    cost = act(bench, place)
    shutil.rmtree(place)
    return cost


def measure(bench: Bench, name: str, pairs: int) -> None:
    """Time one pair turn by turn, the order changed each time, and print a row."""
    ours, theirs = PAIRS[name]
    mine: list[Cost] = []
    uvs: list[Cost] = []
    for turn in range(pairs):
        order = ((ours, mine), (theirs, uvs))
        for act, costs in order if turn % 2 else reversed(order):
            costs.append(timed(bench, act))
    ratio = statistics.median(a.wall / b.wall for a, b in zip(mine, uvs, strict=True))
    target = TARGETS.get((name, bench.size))
    missed = [f"{ratio:.2f} of uv's time"] if target is not None and ratio > target else []
    memory = max(one.memory for one in mine)
    if name == "cold" and memory > MOST_MEMORY:
        missed.append(f"{memory:.0f} MB")
    if (
        name == "nothing to do"
        and bench.size == "M"
        and statistics.median(one.cpu for one in mine) > MOST_NOTHING
    ):
        missed.append("CPU")
    figures = "".join(
        f"{statistics.median(one.wall for one in costs) * 1000:>9.0f}"
        f"{statistics.median(one.cpu for one in costs) * 1000:>8.0f}"
        f"{max(one.memory for one in costs):>6.0f}"
        for costs in (mine, uvs)
    )
    wanted = f"{target:>8.2f}" if target is not None else " " * 8
    verdict = f"missed: {', '.join(missed)}" if missed else "reached" if target is not None else ""
    print(f"{bench.size} {name:<22}{figures}{ratio:>8.2f}{wanted}  {verdict}", flush=True)


def start_up(bench: Bench) -> None:
    """Median CPU of what does no work."""
    script = str(Path(sys.executable).parent / "bodega")
    for words, target in START.items():
        cpu = statistics.median(bench.run(script, *words).cpu for _ in range(21))
        verdict = "reached" if cpu <= target else "missed"
        print(f"bodega {' '.join(words)}: {cpu * 1000:.0f} ms of CPU (target {target * 1000:.0f})  {verdict}")


def prepare(bench: Bench) -> None:
    """Lock, fill both caches and the index, and compile, as a person's second environment finds things."""
    bench.bodega("lock", *SIZES[bench.size], "--output", str(bench.lock))
    for act in (bodega_names, bodega_linked, uv_names, uv_sync, bodega_one_more, uv_one_more):
        place = bench.fresh()
        act(bench, place)
        shutil.rmtree(place)
    place = bench.fresh()
    bench.bodega("sync", "--compile", "--python", str(place), str(bench.lock))
    bench.bodega("install", "--compile", "--python", str(place), ONE_MORE)
    linked = bench.fresh()
    bodega_linked(bench, linked)
    shutil.rmtree(linked)
    count = sum(1 for _ in place.rglob("*.dist-info"))
    files = sum(1 for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc")
    shutil.rmtree(place)
    print(f"{bench.size}: {count} distributions, {files} files")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Our index in front of the configured upstream."""
    log = folder / "serve.log"
    with log.open("w") as out:
        command = [*BODEGA, "serve", "--port", "0", "--data", str(folder / "index")]
        server = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        while not (found := READY.search(log.read_text())):
            if server.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.05)
        yield f"{found[1]}/simple/"
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--folder", help="where to work: the file system that is measured")
    parser.add_argument("--size", choices=SIZES, action="append")
    parser.add_argument("--only", choices=PAIRS, action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bodega-bench-", dir=options.folder) as made:
        folder = Path(made)
        with serving(folder) as index:
            benches = []
            for size in options.size or SIZES:
                (folder / size).mkdir()
                benches.append(Bench(folder / size, index, size))
                prepare(benches[-1])
            print(f"\n{'':<24}{'bodega':>23}{'uv':>23}")
            print(
                f"{'':<24}{'ms':>9}{'CPU':>8}{'MB':>6}{'ms':>9}{'CPU':>8}{'MB':>6}{'ratio':>8}{'target':>8}"
            )
            for bench in benches:
                for name in options.only or PAIRS:
                    measure(bench, name, options.pairs)
            start_up(benches[0])


if __name__ == "__main__":
    main()
