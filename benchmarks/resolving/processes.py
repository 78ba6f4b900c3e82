"""``bodega lock`` and ``uv pip compile`` as whole processes, turn by turn, from one index."""

import contextlib
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from resolving.universes import MANY, NOTEBOOKS

AIRFLOW = (
    "apache-airflow==2.10.5",
    *(
        f"apache-airflow-providers-{name}"
        for name in ("amazon", "google", "postgres", "http", "cncf-kubernetes", "slack")
    ),
)
SETS = {
    "M": NOTEBOOKS,
    "many": MANY,
    "airflow": AIRFLOW,
    "boto": ("boto3", "botocore", "s3transfer", "urllib3<1.25.4"),
    "aws": ("boto3", "botocore", "aiobotocore", "s3fs", "awscli", "urllib3<1.26.15"),
}
#: What the ratio of wall clock must not exceed, by set, index and state of the caches.
TARGETS = {
    ("M", "recorded", "warm"): 2.0,
    ("M", "recorded", "cold"): 1.2,
    ("airflow", "recorded", "warm"): 2.0,
    ("boto", "recorded", "warm"): 2.0,
    ("M", "ours", "cold"): 0.8,
}
BODEGA = (sys.executable, "-I", "-m", "bodega")
_READY = re.compile(r"serving (http://\S+)")


@dataclass(frozen=True)
class Cost:
    """Seconds of one command: by the clock, and of its processes' CPU."""

    wall: float
    cpu: float


@dataclass
class Row:
    """What came out for one set."""

    mine: list[Cost] = field(default_factory=list)
    theirs: list[Cost] = field(default_factory=list)

    def ratio(self) -> float:
        """The median of the ratios of each pair, by the clock."""
        return statistics.median(a.wall / b.wall for a, b in zip(self.mine, self.theirs, strict=True))


class Duel:
    """Both clients, their caches and what they write, for one set of requirements and one index."""

    def __init__(self, folder: Path, index: str, texts: tuple[str, ...], uv: str) -> None:
        self._folder, self._uv = folder, uv
        folder.mkdir(parents=True, exist_ok=True)
        self._wanted = folder / "requirements.in"
        self._wanted.write_text("".join(f"{text}\n" for text in texts))
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "BODEGA_"))}
        kept.pop("VIRTUAL_ENV", None)
        self._environment = {
            **kept,
            "HOME": str(folder),
            "PIP_CONFIG_FILE": os.devnull,
            "BODEGA_STORE": str(folder / "store"),
            "BODEGA_INDEX_URL": index,
            "UV_CACHE_DIR": str(folder / "uv-cache"),
            "UV_DEFAULT_INDEX": index,
        }
        self.written = folder / "pylock.ours.toml", folder / "pylock.uvs.toml"

    def pair(self, row: Row, *, cold: bool, ours_first: bool) -> None:
        """One turn of each."""
        acts = [(self._bodega, row.mine), (self._compile, row.theirs)]
        for act, costs in acts if ours_first else reversed(acts):
            costs.append(act(cold=cold))

    def differences(self) -> list[str]:
        """The projects of which both chose other versions, in words."""
        ours, theirs = (_versions(path) for path in self.written)
        names = sorted({*ours, *theirs})
        return [f"{n} {ours.get(n)} / {theirs.get(n)}" for n in names if ours.get(n) != theirs.get(n)]

    def count(self) -> int:
        return len(_versions(self.written[0]))

    def _bodega(self, *, cold: bool) -> Cost:
        if cold:
            shutil.rmtree(self._folder / "store", ignore_errors=True)
        output = self.written[0]
        return self._run(output, *BODEGA, "lock", "--quiet", "-r", str(self._wanted), "-o", str(output))

    def _compile(self, *, cold: bool) -> Cost:
        if cold:
            shutil.rmtree(self._folder / "uv-cache", ignore_errors=True)
        output = self.written[1]
        words = ("pip", "compile", "--quiet", "--no-config", "--python", sys.executable)
        form = ("--format", "pylock.toml", "-o", str(output))
        return self._run(output, self._uv, *words, str(self._wanted), *form)

    def _run(self, output: Path, *command: str) -> Cost:
        # What an earlier turn wrote would be taken as preferences.
        output.unlink(missing_ok=True)
        log = self._folder / "log"
        with log.open("wb") as out:
            started = time.monotonic()
            process = subprocess.Popen(command, env=self._environment, stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)}\n{log.read_text(errors='replace')}")
        return Cost(seconds, used.ru_utime + used.ru_stime)


def _versions(path: Path) -> dict[str, str]:
    return {one["name"]: one["version"] for one in tomllib.loads(path.read_text())["packages"]}


def report(folder: Path, *, pairs: int, sets: list[str], indexes: list[str]) -> None:
    """A row for each set, index and state of the caches."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if uv is None:
        print("uv is not installed, so whole processes are left out: pip install uv")
        return
    heads = (
        f"{word:>{width}}" for word, width in zip(("bodega", "CPU", "uv", "CPU"), (8, 7) * 2, strict=True)
    )
    print(f"{'whole processes, median ms':26}{''.join(heads)}{'ratio':>7}{'target':>8}")
    with served_index(folder) as own, _recorded(folder, own) as recorded:
        urls = {"recorded": f"{recorded}/simple/", "ours": f"{own}/simple/"}
        for index in indexes:
            for name in sets:
                duel = Duel(folder / index / name, urls[index], SETS[name], uv)
                duel.pair(Row(), cold=True, ours_first=True)  # fills the index
                duel.pair(Row(), cold=True, ours_first=True)  # fills the caches
                for state in ("warm", "cold"):
                    _print_row(duel, (name, index, state), pairs)


def _print_row(duel: Duel, key: tuple[str, str, str], pairs: int) -> None:
    row = Row()
    for turn in range(pairs):
        duel.pair(row, cold=key[2] == "cold", ours_first=bool(turn % 2))
    figures = "".join(
        f"{statistics.median(one.wall for one in costs) * 1000:>8.0f}"
        f"{statistics.median(one.cpu for one in costs) * 1000:>7.0f}"
        for costs in (row.mine, row.theirs)
    )
    ratio, target = row.ratio(), TARGETS.get(key)
    verdict = "" if target is None else "reached" if ratio <= target else "missed"
    wanted = " " * 8 if target is None else f"{target:8.2f}"
    others = duel.differences()
    note = f"{duel.count()} projects, {', '.join(others[:5]) if others else 'the same versions'}"
    more = f" and {len(others) - 5} more" if len(others) > 5 else ""
    print(f"{' '.join(key):26}{figures}{ratio:>7.2f}{wanted}  {verdict:8}{note}{more}", flush=True)


@contextlib.contextmanager
def served_index(folder: Path) -> Iterator[str]:
    """Our index in front of the configured upstream."""
    command = (*BODEGA, "serve", "--port", "0", "--data", str(folder / "index"))
    with _served(folder / "serve.log", *command) as url:
        yield url


@contextlib.contextmanager
def _recorded(folder: Path, own: str) -> Iterator[str]:
    """What our index says, as a plain index would."""
    script = Path(__file__).with_name("recorded.py")
    with _served(folder / "recorded.log", sys.executable, str(script), own) as url:
        yield url


@contextlib.contextmanager
def _served(log: Path, *command: str) -> Iterator[str]:
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        while not (found := _READY.search(log.read_text())):
            if process.poll() is not None:
                raise SystemExit(log.read_text())
            time.sleep(0.05)
        yield found[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
