"""The index at a million projects beside one of ten thousand: pages, uploads, the root list, start, memory.

    python benchmarks/scale.py [--projects 10000 1000000] [--most 5000] [--samples 1000] [--keep FOLDER]

Each catalogue is written straight into a database (minutes and 4 GB for a million projects, kept for the
next run with --keep), then a real server of each is asked over loopback, turn by turn. Pages are those of
projects with few files, each asked for once, so none is in memory: "rendered" the first time ever, "kept"
after a restart. Times are medians (99th percentile) in milliseconds as one reader sees them.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from contest.processes import cpu_seconds, memory_mib
from long_tail.loader import BIG, Loaded, forget_rendered, load, loaded
from long_tail.reader import Reader, Timed
from support.publishing import new_token
from support.server import Bodega

UPLOADS = 30
#: What is wanted: of the largest catalogue, or of its ratio to the smallest.
TARGETS = {
    "start, s": ("at most", 1.5),
    "memory, MiB (PSS)": ("at most", 200.0),
    "page rendered": ("ratio", 1.5),
    "page kept": ("ratio", 1.5),
    "upload to a new project": ("ratio", 1.5),
    "seen after an upload": ("ratio", 1.5),
    "5,000 files: page rendered": ("at most", 50.0),
    "5,000 files: upload, ratio": ("at most", 1.3),
    "list after an upload": ("at most", 100.0),
}


#: In the order in which they are done.
_UPLOADS = (
    "upload to a new project",
    "seen after an upload",
    "list after an upload",
    "5,000 files: upload",
    "5,000 files: page rendered",
    "5,000 files: rendered, CPU",
)


@dataclass(slots=True)
class Measured:
    """The figures of one catalogue, by name, as numbers and as words."""

    numbers: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: float | Timed) -> None:
        self.numbers[name] = value.median if isinstance(value, Timed) else value
        self.words[name] = str(value) if isinstance(value, Timed) else f"{value:.2f}"


class Side:
    """One catalogue: where it is, its server and reader while they run, and its figures."""

    bodega: Bodega
    reader: Reader

    def __init__(self, folder: Path, catalogue: Loaded, token: str) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.token = token
        self.measured = Measured()

    def cpu(self) -> float:
        """Milliseconds that the server has used so far."""
        return cpu_seconds(self.bodega.process.pid) * 1000

    def timed(self, name: str, path: str, coding: str = "zstd") -> None:
        """Note how long one answer takes."""
        self.measured.note(name, self.reader.timed_get(path, coding))


def main() -> None:
    given = _arguments()
    with contextlib.ExitStack() as stack:
        kept = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bodega-scale-")))
        sides = [_side(kept, projects, given) for projects in given.projects]
        with _serving(sides, "start, s"):
            _first_run(sides)
        with _serving(sides, "start again, s"):
            _second_run(sides)
    _print_table({side.catalogue.projects: side.measured for side in sides})


def _side(kept: Path, projects: int, given: argparse.Namespace) -> Side:
    folder = kept / f"{projects}-{given.most}"
    arguments = {"projects": projects, "most": given.most, "sample": given.samples}
    if (folder / "loaded").exists():
        catalogue = loaded(**arguments)
        forget_rendered(folder / "data")
    else:
        started = time.perf_counter()
        catalogue = load(folder / "data", **arguments)
        (folder / "loaded").touch()
        print(f"loaded in {time.perf_counter() - started:.0f} s")
    print(f"{catalogue.projects:,} projects, {catalogue.files:,} files")
    return Side(folder, catalogue, new_token(folder)["token"])


@contextlib.contextmanager
def _serving(sides: Sequence[Side], name: str) -> Iterator[None]:
    """A server of each catalogue, and a reader of it."""
    with contextlib.ExitStack() as stack:
        for side in sides:
            started = time.perf_counter()
            side.bodega = stack.enter_context(Bodega(side.folder, "--upstream", "none"))
            side.measured.note(name, time.perf_counter() - started)
            side.reader = Reader(side.bodega.host, side.bodega.port)
            stack.callback(side.reader.close)
        yield


def _first_run(sides: Sequence[Side]) -> None:
    _note_pages(sides, "page rendered")
    for side in sides:
        side.timed("5,000 files: first time", f"/simple/{BIG}/")
    for side in sides:
        before = side.cpu()
        side.timed("list first made", "/simple/")
        side.measured.note("list first made, CPU", side.cpu() - before)
        for coding in ("zstd", "identity", "gzip", "zstd"):
            side.timed(f"list again, {coding}", "/simple/", coding)
    _note_uploads(sides)
    for side in sides:
        side.measured.note("memory, MiB (PSS)", memory_mib(side.bodega.process.pid))


def _second_run(sides: Sequence[Side]) -> None:
    _note_pages(sides, "page kept")
    _note_pages(sides, "page in memory")
    for side in sides:
        side.timed("list after a restart", "/simple/")


def _note_pages(sides: Sequence[Side], name: str) -> None:
    """Pages of each catalogue turn by turn, so that what else the machine does falls on both."""
    before = [side.cpu() for side in sides]
    times: list[list[float]] = [[] for _ in sides]
    samples = min(len(side.catalogue.names) for side in sides)
    for number in range(samples):
        for side, found in zip(sides, times, strict=True):
            found.append(side.reader.timed_get(f"/simple/{side.catalogue.names[number]}/"))
    for side, found, cpu in zip(sides, times, before, strict=True):
        side.measured.note(name, Timed.of(found))
        side.measured.note(f"{name}, CPU", (side.cpu() - cpu) / samples)


def _note_uploads(sides: Sequence[Side]) -> None:
    """Uploads to new projects and to the big one turn by turn; what was uploaded is looked for at once."""
    stamp = f"{time.time():.0f}"
    found: dict[str, list[list[float]]] = {name: [[] for _ in sides] for name in _UPLOADS}
    for number in range(UPLOADS):
        for place, side in enumerate(sides):
            name, version = f"new-{stamp}-{number}", f"2.{stamp}.{number}"
            to_new = side.reader.upload(side.token, name, version)
            seen = side.reader.seen(f"/simple/{name}/", name.replace("-", "_"))
            listed = side.reader.seen("/simple/", name)
            to_big = side.reader.upload(side.token, BIG, version)
            before = side.cpu()
            big = side.reader.timed_get(f"/simple/{BIG}/")
            rendering = side.cpu() - before
            values = (to_new, seen, listed, to_big, big, rendering)
            for figure, value in zip(_UPLOADS, values, strict=True):
                found[figure][place].append(value)
    for place, side in enumerate(sides):
        for figure, times in found.items():
            side.measured.note(figure, Timed.of(times[place]))
        numbers = side.measured.numbers
        ratio = numbers["5,000 files: upload"] / numbers["upload to a new project"]
        side.measured.note("5,000 files: upload, ratio", ratio)
        side.reader.seen(f"/simple/{BIG}/", stamp)
        side.timed("5,000 files: page in memory", f"/simple/{BIG}/")


def _print_table(found: Mapping[int, Measured]) -> None:
    smallest, largest = min(found), max(found)
    print(f"\n{'':<28}" + "".join(f"{f'{projects:,}':>20}" for projects in found) + f"{'ratio':>8}  wanted")
    for name, number in found[largest].numbers.items():
        before = found[smallest].numbers[name]
        ratio = number / before if before else float("nan")
        cells = "".join(f"{measured.words[name]:>20}" for measured in found.values())
        print(f"{name:<28}{cells}{ratio:8.2f}  {_wanted(name, number, ratio)}")


def _wanted(name: str, number: float, ratio: float) -> str:
    if name not in TARGETS:
        return ""
    kind, target = TARGETS[name]
    value, words = (ratio, f"ratio <= {target}") if kind == "ratio" else (number, f"<= {target:g}")
    return f"{words} {'ok' if value <= target else 'MISSED'}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--projects", type=int, nargs="+", default=[10_000, 1_000_000])
    parser.add_argument("--most", type=int, default=5000, help="files of the largest project")
    parser.add_argument("--samples", type=int, default=1000, help="pages to read")
    parser.add_argument("--keep", type=Path, help="folder in which the catalogues stay for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
