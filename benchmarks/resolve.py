"""Solving: our search, nab-resolver over the same sets of candidates, and uv as a whole process.

    python benchmarks/resolve.py [--rounds 9] [--folder DIR]

Pages and metadata come once from the index that pip is configured for, through our reader; both solvers
then work from memory, turn by turn in one process, and prepare their own sets of candidates each time. uv
resolves the same names from its cache, offline, and is there for scale: its figure has a process start, its
cache and its output in it. CPU time throughout, since other work on a machine spoils wall time. A peer that
is not installed is left out, and said so.
"""

import argparse
import importlib
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.transport import HttpTransport
from bodega.content.wheel_archive import read_metadata
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.formats.version_order import version_key
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.kept_metadata import KeptMetadata
from bodega.installer.indexes.kept_pages import KeptPages
from bodega.installer.indexes.reader import Reader, Sources
from bodega.installer.locking.candidates import Candidate, CandidateFinder
from bodega.installer.locking.kept_needs import KeptNeeds, WheelNeeds, wants
from bodega.installer.locking.offers import Taste, offer_of
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import Offer, Problem, RootRequirement, Solution, Wanted, base_of
from bodega.resolution.search import Search
from bodega.simple_api.pages import ProjectFile
from bodega.simple_api.parse import parse_page

NOTEBOOKS = ("jupyterlab", "notebook", "ipywidgets", "numpy", "pandas", "matplotlib")
MANY = (
    *NOTEBOOKS,
    *("scipy", "scikit-learn", "requests", "flask", "sqlalchemy", "fastapi", "httpx", "pydantic", "click"),
    *("rich", "pytest", "black", "mypy", "sphinx", "boto3", "celery", "django"),
)


class Universe(Protocol):
    """What there is to choose from; answers are remembered, so that they come from memory."""

    def candidates(self, name: str) -> Sequence[Candidate]:
        """Newest first."""

    def needs(self, name: str, number: int) -> WheelNeeds:
        """What a candidate requires."""


class Forgetful:
    """A computed cache that keeps nothing."""

    def get(self, key: str) -> bytes | None:
        del key
        return None

    def keep(self, key: str, data: bytes) -> None:
        del key, data


class RealUniverse:
    """The projects of an index."""

    def __init__(self, index: str, folder: Path) -> None:
        transport = HttpTransport(HttpConfiguration(user_agent="bodega-benchmark"))
        self.indexes, self.offline = (index,), False
        self.refresh, self.merges = frozenset[str](), False
        downloads = Downloads(transport, str(folder / "incoming"))
        self._reader = Reader(
            transport,
            self,
            pages=KeptPages(str(folder / "pages")),
            metadata=KeptMetadata(str(folder / "metadata")),
            sources=Sources(parse_page, downloads, read_metadata),
        )
        target = this_target()
        self._finder, self._needs = CandidateFinder(target, Forgetful()), KeptNeeds(target, Forgetful())
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._known: dict[tuple[str, int], WheelNeeds] = {}

    def candidates(self, name: str) -> Sequence[Candidate]:
        if name not in self._candidates:
            page = self._reader.page(NormalizedName(name))
            self._candidates[name] = self._finder.find(NormalizedName(name), page).candidates if page else ()
        return self._candidates[name]

    def needs(self, name: str, number: int) -> WheelNeeds:
        if (name, number) not in self._known:
            file = self._candidates[name][number].file
            self._known[name, number] = self._needs.read(name, file, self._reader.metadata(file))
        return self._known[name, number]


def this_target() -> Target:
    """The interpreter that runs this."""
    from packaging.markers import default_environment  # noqa: PLC0415
    from packaging.tags import sys_tags  # noqa: PLC0415

    markers = {name: str(value) for name, value in default_environment().items() if name != "extra"}
    return Target(
        python=markers["python_full_version"], markers=markers, tags=tuple(str(tag) for tag in sys_tags())
    )


class HardUniverse:
    """A made-up family in the manner of boto3, botocore, aiobotocore and s3fs: tight pins both ways."""

    def __init__(self, releases: int, seed: int = 7) -> None:
        self._draw = random.Random(seed)
        self._table: dict[str, tuple[list[str], Callable[[int], list[str]]]] = {}
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._fill(releases)

    def _fill(self, n: int) -> None:
        def minor(i: int) -> str:
            return f"1.{i // 50}.{i % 50}"

        table = self._table
        table["urllib3"] = (
            [f"1.{i}.0" for i in range(20, 27)] + [f"2.{i}.0" for i in range(8)],
            lambda _: [],
        )
        table["botocore"] = (
            [minor(i) for i in range(n)],
            lambda i: ["urllib3>=1.25.0,<1.27" if i < n * 3 // 4 else "urllib3>=1.25.0,!=2.2.0,<3"],
        )
        table["boto3"] = (
            [minor(i) for i in range(n)],
            lambda i: [f"botocore>={minor(i)},<1.{i // 50 + 1}"],
        )
        table["aiobotocore"] = (
            [f"2.{i}.0" for i in range(60)],
            lambda i: [f"botocore>={minor(i * n // 64)},<{minor(i * n // 64 + 2)}"],
        )
        table["s3fs"] = (
            [f"2024.{i}.0" for i in range(1, 60)],
            lambda i: [f"aiobotocore>=2.{max(0, i - 3)}.0,<2.{i + 1}.0"],
        )

    def candidates(self, name: str) -> Sequence[Candidate]:
        if name not in self._candidates:
            self._candidates[name] = [candidate(name, text) for text in reversed(self._table[name][0])]
        return self._candidates[name]

    def needs(self, name: str, number: int) -> WheelNeeds:
        versions, requires = self._table[name]
        texts = requires(len(versions) - 1 - number)
        return {"": tuple(wanted for text in texts for wanted in wants(parse_requirement(text)))}


def candidate(name: str, version: str) -> Candidate:
    """A candidate that exists nowhere."""
    key = version_key(version)
    assert key is not None
    file = ProjectFile(filename=f"{name}-{version}-py3-none-any.whl", url="https://files.example.org/")
    return Candidate(version=version, key=key, file=file)


@dataclass(frozen=True, slots=True)
class Case:
    """A universe, and what is asked of it."""

    title: str
    universe: Universe
    texts: tuple[str, ...]
    uv: bool = False

    def wanted(self) -> list[Wanted]:
        return [wanted for text in self.texts for wanted in wants(parse_requirement(text))]


Outcome = Mapping[str, str] | None


def ours(case: Case) -> Outcome:
    """Our search, fed at once with what it needs."""
    search = Search(Problem([RootRequirement(wanted, "the command line") for wanted in case.wanted()]))
    try:
        while not isinstance(outcome := search.advance(), Solution):
            for name in (*outcome.candidates, *outcome.hinted_candidates):
                search.feed_candidates(name, offer_of(case.universe.candidates(name), Taste())[0])
            for node, number in (*outcome.dependencies, *outcome.hinted_dependencies):
                base, _, extra = node.partition("[")
                needs = case.universe.needs(base, number).get(extra.removesuffix("]"), ())
                search.feed_dependencies(node, number, needs)
    except NoSolutionError:
        return None
    return {
        node: case.universe.candidates(base_of(node))[number].version
        for node, number in outcome.chosen.items()
        if node == base_of(node)
    }


class BitSet:
    """Candidate numbers as bits, for nab-resolver; bit 0 is the extra's own, unused."""

    __slots__ = ("bits",)
    relations: Any = None

    def __init__(self, bits: int) -> None:
        self.bits = bits

    @classmethod
    def empty(cls) -> Self:
        return cls(0)

    @classmethod
    def full(cls) -> Self:
        return cls(-1)

    @classmethod
    def singleton(cls, version: int) -> Self:
        return cls(2 << version)

    @property
    def is_empty(self) -> bool:
        return self.bits == 0

    def __contains__(self, version: int) -> bool:
        return bool(self.bits >> (version + 1) & 1)

    def __and__(self, other: Self) -> "BitSet":
        return BitSet(self.bits & other.bits)

    def __or__(self, other: Self) -> "BitSet":
        return BitSet(self.bits | other.bits)

    def __sub__(self, other: Self) -> "BitSet":
        return BitSet(self.bits & ~other.bits)

    def __invert__(self) -> "BitSet":
        return BitSet(~self.bits)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BitSet) and self.bits == other.bits

    def __hash__(self) -> int:
        return hash(self.bits)

    def is_subset(self, other: Self) -> bool:
        return self.bits & ~other.bits == 0

    def is_superset(self, other: Self) -> bool:
        return other.bits & ~self.bits == 0

    def is_disjoint(self, other: Self) -> bool:
        return self.bits & other.bits == 0

    def relation(self, other: Self) -> Any:
        return self.relations((self.is_subset(other), self.is_disjoint(other)))


class NabProvider:
    """What nab-resolver asks, answered from memory; the methods that ours needs nothing of are its base's."""

    def __init__(self, universe: Universe) -> None:
        self._universe = universe
        self._offers: dict[str, Offer] = {}

    def offer(self, node: str) -> Offer:
        base = base_of(node)
        if base not in self._offers:
            self._offers[base] = offer_of(self._universe.candidates(base), Taste())[0]
        return self._offers[base]

    def matching(self, wanted: Wanted) -> BitSet:
        return BitSet(self.offer(wanted.package).matching(wanted.specifier))

    def choose_version(self, node: str, allowed: BitSet) -> int | None:
        bits = (allowed.bits & ((2 << len(self.offer(node).versions)) - 2)) >> 1
        return (bits & -bits).bit_length() - 1 if bits else None

    def has_satisfying_version(self, node: str, allowed: BitSet) -> bool:
        return self.choose_version(node, allowed) is not None

    def get_dependencies(self, node: str, version: int) -> Mapping[str, BitSet]:
        base, _, extra = node.partition("[")
        found: dict[str, BitSet] = {base: BitSet.singleton(version)} if extra else {}
        for wanted in self._universe.needs(base, version).get(extra.removesuffix("]"), ()):
            bits = self.matching(wanted)
            known = found.get(wanted.package)
            found[wanted.package] = bits if known is None else known & bits
        return found

    def prioritize(
        self, node: str, allowed: BitSet, conflicts: Mapping[str, int], culprits: Any = None
    ) -> Any:
        del culprits
        count = (allowed.bits & ((2 << len(self.offer(node).versions)) - 2)).bit_count()
        return (-conflicts.get(node, 0), count)

    def widen_decision(self, node: str, version: int) -> None:
        del node, version


def nab() -> Callable[[Case], Outcome] | None:
    """nab-resolver, where it is installed."""
    try:
        resolver = importlib.import_module("nab_resolver.resolver")
        errors = importlib.import_module("nab_resolver.errors")
        BitSet.relations = importlib.import_module("nab_resolver.types").RangeRelation
    except ImportError:
        return None
    provider_class = type("Provider", (NabProvider, resolver.BaseProvider), {})

    def solve(case: Case) -> Outcome:
        provider = provider_class(case.universe)
        roots = [resolver.RootRequirement(want.package, provider.matching(want)) for want in case.wanted()]
        try:
            pins = resolver.Resolver(provider, range_type=BitSet).resolve(roots)
        except errors.ResolutionError:
            return None
        return {
            node: case.universe.candidates(base_of(node))[number].version
            for node, number in pins.items()
            if node == base_of(node)
        }

    return solve


def uv_compile(case: Case, index: str, folder: Path, uv: str, *options: str) -> float:
    """Seconds of CPU time of one whole ``uv pip compile``."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("UV_", "PIP_"))}
    environment = {**kept, "UV_CACHE_DIR": str(folder / "uv-cache"), "UV_DEFAULT_INDEX": index}
    wanted = folder / "requirements.in"
    wanted.write_text("\n".join(case.texts))
    command = [uv, "pip", "compile", "--quiet", "--no-config", "--python", sys.executable, *options]
    before = os.times()
    done = subprocess.run(
        [*command, str(wanted)], env=environment, check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"uv pip compile failed:\n{done.stderr}")
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def timed(solve: Callable[[Case], Outcome], case: Case) -> float:
    """Seconds of CPU time of one solution."""
    started = time.process_time()
    solve(case)
    return time.process_time() - started


def configured_index() -> str:
    """The index that pip is configured for, or has built in."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        check=False,
        capture_output=True,
        text=True,
    ).stdout.strip()
    said = os.environ.get("PIP_INDEX_URL", said)
    if not said:
        said = importlib.import_module("pip._internal.models.index").PyPI.simple_url
    return said if said.endswith("/") else f"{said}/"


def cases(index: str, folder: Path) -> Iterator[Case]:
    real = RealUniverse(index, folder)
    yield Case("jupyterlab, pandas and friends", real, NOTEBOOKS, uv=True)
    yield Case("many unrelated projects", real, MANY, uv=True)
    yield Case("made up, solvable, 300 releases", HardUniverse(300), ("boto3", "s3fs"))
    yield Case("made up, solvable, 1500 releases", HardUniverse(1500), ("boto3", "s3fs"))
    never = ("boto3>=1.5.40", "s3fs", "urllib3==1.26.0")
    yield Case("made up, no solution, 300 releases", HardUniverse(300), never)


def row(case: Case, peer: Callable[[Case], Outcome] | None, rounds: int) -> str:
    found = ours(case)  # and everything it needs is in memory
    times: dict[str, list[float]] = {"ours": [], "peer": []}
    note = "no solution" if found is None else f"{len(found)} projects"
    if peer is not None:
        theirs = peer(case)
        assert (theirs is None) == (found is None), case.title
        if found is not None and theirs is not None:
            note += f", {sum(found.get(name) != theirs.get(name) for name in {*found, *theirs})} differ"
    for _ in range(rounds):
        times["ours"].append(timed(ours, case))
        if peer is not None:
            times["peer"].append(timed(peer, case))
    mine = statistics.median(times["ours"]) * 1000
    line = f"{case.title:38} {mine:9.1f}"
    if peer is None:
        return f"{line} {'-':>12} {'-':>6}   {note}"
    other = statistics.median(times["peer"]) * 1000
    return f"{line} {other:12.1f} {mine / other:6.2f}   {note}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--folder", type=Path, help="keep pages and metadata here, for the next run")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="bodega-resolve-"))
    (folder / "incoming").mkdir(parents=True, exist_ok=True)
    try:
        report(folder, given.rounds)
    finally:
        if given.folder is None:
            shutil.rmtree(folder)


def report(folder: Path, rounds: int) -> None:
    index, peer = configured_index(), nab()
    if peer is None:
        print("nab-resolver is not installed, so ours runs alone: pip install nab-resolver")
    print(f"{'median of ' + str(rounds) + ', ms of CPU':38} {'ours':>9} {'nab-resolver':>12} {'ratio':>6}")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    for case in cases(index, folder):
        print(row(case, peer, rounds), flush=True)
        if case.uv and uv:
            uv_compile(case, index, folder, uv)
            times = [uv_compile(case, index, folder, uv, "--offline") for _ in range(rounds)]
            seconds = statistics.median(times)
            print(f"{'  uv pip compile, warm, whole process':38} {'':9} {seconds * 1000:12.1f}", flush=True)
    if not uv:
        print("uv is not installed, so its figures are left out: pip install uv")


if __name__ == "__main__":
    main()
