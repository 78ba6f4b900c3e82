"""The index at a million projects beside one of ten thousand: pages, uploads, the root list, start, memory.

    python benchmarks/scale.py [--projects 10000 1000000] [--most 5000] [--samples 1000] [--keep FOLDER]

Each catalogue is written straight into a database (minutes and about 3 GB for a million projects, kept for
the next run with --keep), then a real server is asked over loopback. Pages are those of projects with few
files, each asked for once, so none is in memory: "rendered" the first time ever, "kept" after a restart.
Times are medians (99th percentile) in milliseconds as one reader sees them.
"""

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

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


@dataclass(slots=True)
class Measured:
    """The figures of one catalogue, by name, as numbers and as words."""

    numbers: dict[str, float] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def note(self, name: str, value: float | Timed) -> None:
        self.numbers[name] = value.median if isinstance(value, Timed) else value
        self.words[name] = str(value) if isinstance(value, Timed) else f"{value:8.2f}"
        if isinstance(value, Timed):
            self.note(f"{name}, CPU", value.cpu)


def main() -> None:
    given = _arguments()
    found: dict[int, Measured] = {}
    with contextlib.ExitStack() as stack:
        kept = given.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bodega-scale-")))
        for projects in given.projects:
            folder = kept / f"{projects}-{given.most}"
            catalogue = _catalogue(folder, projects, given)
            print(f"{catalogue.projects:,} projects, {catalogue.files:,} files")
            found[projects] = _measured(folder, catalogue)
    _print_table(found)


def _catalogue(folder: Path, projects: int, given: argparse.Namespace) -> Loaded:
    arguments = {"projects": projects, "most": given.most, "sample": given.samples}
    if (folder / "loaded").exists():
        return loaded(**arguments)
    started = time.perf_counter()
    catalogue = load(folder / "data", **arguments)
    (folder / "loaded").touch()
    print(f"loaded in {time.perf_counter() - started:.0f} s")
    return catalogue


def _measured(folder: Path, catalogue: Loaded) -> Measured:
    measured = Measured()
    paths = [f"/simple/{name}/" for name in catalogue.names]
    token = new_token(folder)["token"]
    forget_rendered(folder / "data")
    with _serving(folder) as (bodega, reader, start):
        measured.note("start, s", start)
        measured.note("page rendered", reader.timed(paths))
        measured.note("5,000 files: page rendered", reader.timed_get(f"/simple/{BIG}/"))
        _note_list(measured, bodega, reader)
        _note_uploads(measured, reader, token)
        measured.note("memory, MiB (PSS)", memory_mib(bodega.process.pid))
    with _serving(folder) as (_, reader, start):
        measured.note("start again, s", start)
        measured.note("page kept", reader.timed(paths))
        measured.note("page in memory", reader.timed(paths))
        measured.note("list after a restart", reader.timed_get("/simple/"))
    return measured


def _note_list(measured: Measured, bodega: Bodega, reader: Reader) -> None:
    before = cpu_seconds(bodega.process.pid)
    measured.note("list first made", reader.timed_get("/simple/"))
    measured.note("list first made, CPU", (cpu_seconds(bodega.process.pid) - before) * 1000)
    measured.note("list again", reader.timed(["/simple/"] * 5))
    measured.note("list again, identity", reader.timed_get("/simple/", "identity"))
    measured.note("list again, gzip", reader.timed_get("/simple/", "gzip"))


def _note_uploads(measured: Measured, reader: Reader, token: str) -> None:
    """Uploads to new projects and to the big one turn by turn; what was uploaded is looked for at once."""
    stamp = f"{time.time():.0f}"
    to_new, to_big, seen, listed = [], [], [], []
    for number in range(UPLOADS):
        name, version = f"new-{stamp}-{number}", f"2.{stamp}.{number}"
        to_new.append(reader.upload(token, name, version))
        seen.append(_seen(reader, f"/simple/{name}/", name.replace("-", "_").encode()))
        if number % 5 == 0:
            listed.append(_seen(reader, "/simple/", name.encode()))
        to_big.append(reader.upload(token, BIG, version))
    measured.note("upload to a new project", median(to_new))
    measured.note("seen after an upload", median(seen))
    measured.note("list after an upload", median(listed))
    measured.note("5,000 files: upload", median(to_big))
    measured.note("5,000 files: upload, ratio", median(to_big) / median(to_new))
    measured.note("5,000 files: seen after it", _seen(reader, f"/simple/{BIG}/", version.encode()))
    measured.note("5,000 files: page again", reader.timed_get(f"/simple/{BIG}/"))


def _seen(reader: Reader, path: str, words: bytes) -> float:
    """Milliseconds in which the page was read, which has to show what was just uploaded."""
    took = reader.timed_get(path)
    assert words in reader.get(path, "identity")[1], f"{path} does not show {words!r}"
    return took


@contextlib.contextmanager
def _serving(folder: Path) -> Iterator[tuple[Bodega, Reader, float]]:
    """A server of the data folder, a reader, and the seconds until it was ready."""
    started = time.perf_counter()
    with Bodega(folder, "--upstream", "none") as bodega:
        start = time.perf_counter() - started
        reader = Reader(bodega.host, bodega.port, bodega.process.pid)
        try:
            yield bodega, reader, start
        finally:
            reader.close()


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
