"""Installing about 100 projects: bodega and uv, turn by turn in one run, on one file system.

    python benchmarks/install.py [--pairs 7] [--folder DIR]

Prints medians and ratios. Both read the same index (ours, started here) and keep their own caches, which
are filled before anything is timed. Environments are made outside the timed part.
"""

import argparse
import os
import re
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("jupyterlab", "notebook", "ipywidgets", "numpy", "pandas", "matplotlib")
BODEGA = (sys.executable, "-I", "-m", "bodega")
READY = re.compile(r"bodega: serving (http://\S+)")
TARGETS = {"warm install from a lock": 1.3, "warm install by name": 1.3, "install and first run": 0.6}


class Bench:
    """Two installers, their caches, and fresh environments."""

    def __init__(self, folder: Path, index: str) -> None:
        self.folder = folder
        self.index = index
        self.lock = folder / "pylock.toml"
        self.made = 0
        self.uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        if self.uv is None:
            raise SystemExit("uv is not installed: pip install uv")
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

    def run(self, *command: str) -> None:
        """Run a command that must succeed."""
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")

    def bodega(self, *words: str) -> None:
        self.run(*BODEGA, *words)

    def uv_pip(self, *words: str) -> None:
        self.run(str(self.uv), "pip", *words)


def bodega_sync(bench: Bench, environment: Path) -> None:
    bench.bodega("sync", "--python", str(environment), str(bench.lock))


def uv_sync(bench: Bench, environment: Path) -> None:
    bench.uv_pip("sync", "--python", str(environment), str(bench.lock), "--preview-features", "pylock")


def bodega_names(bench: Bench, environment: Path) -> None:
    bench.bodega("install", "--python", str(environment), *NAMES)


def uv_names(bench: Bench, environment: Path) -> None:
    bench.uv_pip("install", "--python", str(environment), *NAMES)


def first_run(bench: Bench, environment: Path) -> None:
    """What a person does next."""
    bench.run(str(environment / "bin/jupyter"), "lab", "--version")
    bench.run(str(environment / "bin/python"), "-c", "import numpy, pandas")


def bodega_to_first_run(bench: Bench, environment: Path) -> None:
    bodega_sync(bench, environment)
    first_run(bench, environment)


def uv_to_first_run(bench: Bench, environment: Path) -> None:
    uv_sync(bench, environment)
    first_run(bench, environment)


Act = Callable[[Bench, Path], None]
PAIRS: dict[str, tuple[Act, Act]] = {
    "warm install from a lock": (bodega_sync, uv_sync),
    "warm install by name": (bodega_names, uv_names),
    "install and first run": (bodega_to_first_run, uv_to_first_run),
}


def timed(bench: Bench, act: Act) -> float:
    """Wall seconds of one act in a fresh environment, which is removed afterwards."""
    environment = bench.fresh()
    os.sync()
    started = time.monotonic()
    act(bench, environment)
    seconds = time.monotonic() - started
    shutil.rmtree(environment)
    return seconds


def measure(bench: Bench, name: str, pairs: int) -> None:
    """Time one pair turn by turn, the order changed each time, and print a row."""
    ours, theirs = PAIRS[name]
    mine: list[float] = []
    uvs: list[float] = []
    for turn in range(pairs):
        order = ((ours, mine), (theirs, uvs))
        for act, seconds in order if turn % 2 else reversed(order):
            seconds.append(timed(bench, act))
    ratio = statistics.median(a / b for a, b in zip(mine, uvs, strict=True))
    row(name, statistics.median(mine), statistics.median(uvs), ratio, TARGETS[name])


def row(name: str, ours: float, theirs: float, ratio: float, target: float) -> None:  # noqa: PLR0917
    verdict = "reached" if ratio <= target else "missed"
    print(
        f"{name:<28}{ours * 1000:>9.0f}{theirs * 1000:>9.0f}{ratio:>8.2f}{target:>8.2f}  {verdict}",
        flush=True,
    )


def version_cpu() -> float:
    """Median CPU seconds of ``bodega --version``."""
    figures = []
    script = str(Path(sys.executable).parent / "bodega")
    for _ in range(21):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([script, "--version"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        figures.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(figures)


def prepare(bench: Bench) -> None:
    """Lock, and fill both caches; the second installs time nothing but prove that they are warm."""
    print("filling caches and stores ...", flush=True)
    bench.bodega("lock", *NAMES, "--output", str(bench.lock))
    for act in (bodega_names, uv_names, uv_sync):
        shutil.rmtree(made := bench.fresh(), ignore_errors=True)
        act(bench, made := bench.fresh())
        first_run(bench, made)
        shutil.rmtree(made)
    environment = bench.fresh()
    bench.bodega("sync", "--compile", "--python", str(environment), str(bench.lock))
    count = sum(1 for _ in environment.rglob("*.dist-info"))
    files = sum(1 for path in environment.rglob("*") if path.is_file() and path.suffix != ".pyc")
    shutil.rmtree(environment)
    print(f"{count} distributions, {files} files\n")


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
    parser.add_argument("--only", choices=PAIRS, action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bodega-bench-", dir=options.folder) as made:
        folder = Path(made)
        with serving(folder) as index:
            bench = Bench(folder, index)
            prepare(bench)
            print(f"{'median, milliseconds':<28}{'bodega':>9}{'uv':>9}{'ratio':>8}{'target':>8}")
            for name in options.only or PAIRS:
                measure(bench, name, options.pairs)
            milliseconds = version_cpu() * 1000
            print(f"\nbodega --version: {milliseconds:.0f} ms of CPU (target 40)")


if __name__ == "__main__":
    main()
