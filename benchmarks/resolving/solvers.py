"""Our search and nab-resolver over the same sets of candidates, turn by turn in one process."""

import importlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from bodega.installer.locking.offers import Taste, offer_of
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import Offer, Problem, RootRequirement, Solution, Wanted, base_of
from bodega.resolution.search import Search
from resolving.universes import MANY, NOTEBOOKS, Case, HardUniverse, RealUniverse, Universe

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


def timed(solve: Callable[[Case], Outcome], case: Case) -> float:
    """Seconds of CPU time of one solution."""
    started = time.process_time()
    solve(case)
    return time.process_time() - started


def cases(index: str, folder: Path) -> Iterator[Case]:
    real = RealUniverse(index, folder)
    yield Case("jupyterlab, pandas and friends", real, NOTEBOOKS)
    yield Case("many unrelated projects", real, MANY)
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


def report(index: str, folder: Path, rounds: int) -> None:
    """A row for each case."""
    peer = nab()
    if peer is None:
        print("nab-resolver is not installed, so ours runs alone: pip install nab-resolver")
    print(f"{'median of ' + str(rounds) + ', ms of CPU':38} {'ours':>9} {'nab-resolver':>12} {'ratio':>6}")
    for case in cases(index, folder):
        print(row(case, peer, rounds), flush=True)
