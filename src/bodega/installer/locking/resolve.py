"""The driver of a resolution: asks indexes for what the search needs, in parallel, and feeds it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import Requirement
from bodega.formats.targets import Target
from bodega.formats.versions import names_prerelease
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.candidates import Candidate, CandidateFinder, ComputedCache
from bodega.installer.locking.errors import DirectReferenceError
from bodega.installer.locking.kept_needs import KeptNeeds, WheelNeeds, wants
from bodega.installer.locking.offers import Taste, offer_of
from bodega.installer.locking.resolution import Pin, Resolution
from bodega.resolution.ports import Needs, Offer, Problem, RootRequirement, Solution, Wanted, base_of
from bodega.resolution.search import Search

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_WORKERS = 24

#: Told pages and metadata documents read so far.
ResolveProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A requirement of the user's, and where it stands."""

    requirement: Requirement
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveRequest:
    """What is to be resolved.

    ``kept`` names versions that are kept where they satisfy everything: those installed, or of an earlier
    lock. ``strategy`` is ``highest``, ``lowest`` or ``lowest-direct``.
    """

    requirements: Sequence[Asked]
    constraints: Sequence[Asked] = ()
    kept: Mapping[str, str] = field(default_factory=dict)
    strategy: str = "highest"
    prereleases: bool = False
    dependencies: bool = True


def no_progress(_pages: int, _documents: int) -> None:
    """The progress that nobody watches."""


class Resolver:
    """Resolves requests for one target over one reader."""

    def __init__(
        self,
        reader: IndexReader,
        target: Target,
        cache: ComputedCache,
        progress: ResolveProgress = no_progress,
    ) -> None:
        self._reader = reader
        self._target = target
        self._finder = CandidateFinder(target, cache)
        self._needs = KeptNeeds(target, cache)
        self._progress = progress

    def resolve(self, request: ResolveRequest) -> Resolution:
        """Resolve; raises NoSolutionError, SearchTooLongError, and what the reader raises."""
        return _Run(_Sources(self._reader, self._finder, self._needs), self._target, request).run(
            self._progress
        )


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where answers come from."""

    reader: IndexReader
    finder: CandidateFinder
    needs: KeptNeeds


class _Run:
    """One resolution on its way."""

    def __init__(self, sources: _Sources, target: Target, request: ResolveRequest) -> None:
        self._reader = sources.reader
        self._finder = sources.finder
        self._kept_needs = sources.needs
        self._request = request
        self._markers = Markers(target.markers)
        self._direct = {asked.requirement.name for asked in request.requirements}
        self._ask_for_prereleases = {
            asked.requirement.name
            for asked in (*request.requirements, *request.constraints)
            if names_prerelease(asked.requirement.specifier)
        }
        self._search = Search(
            Problem(tuple(self._roots(request.requirements)), tuple(self._narrowings(request.constraints)))
        )
        self._candidates: dict[str, list[Candidate]] = {}
        self._indexes: dict[str, str] = {}
        self._wanted: dict[tuple[str, int], tuple[Wanted, ...]] = {}
        self._needs: dict[tuple[str, int], WheelNeeds] = {}
        self._fetching: dict[object, Future[Any]] = {}
        self._pool: ThreadPoolExecutor | None = None

    def run(self, progress: ResolveProgress) -> Resolution:
        try:
            while True:
                outcome = self._search.advance()
                if isinstance(outcome, Solution):
                    return self._resolution(outcome)
                self._feed(outcome)
                progress(len(self._candidates), len(self._needs))
        finally:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)

    # --- what the user asked for

    def _roots(self, asked: Iterable[Asked]) -> Iterable[RootRequirement]:
        for one in asked:
            if one.requirement.url is not None:
                raise DirectReferenceError(one.requirement.text)
            if self._markers.holds(one.requirement.marker):
                for wanted in wants(one.requirement):
                    yield RootRequirement(wanted, one.origin)

    def _narrowings(self, constraints: Iterable[Asked]) -> Iterable[RootRequirement]:
        for one in constraints:
            requirement = one.requirement
            if requirement.url is not None:
                raise DirectReferenceError(requirement.text)
            if self._markers.holds(requirement.marker):
                wanted = Wanted(requirement.name, requirement.specifier, requirement.text)
                yield RootRequirement(wanted, one.origin)

    # --- feeding

    def _feed(self, needs: Needs) -> None:
        for name in (*needs.candidates, *needs.hinted_candidates):
            self._begin_page(name)
        for node, number in (*needs.dependencies, *needs.hinted_dependencies):
            self._begin_dependencies(node, number)
        needed = {*needs.candidates, *((base_of(p), n) for p, n in needs.dependencies)}
        self._await(needed)
        for node, number in needs.dependencies:
            self._feed_dependencies(node, number)

    def _begin_page(self, name: str) -> None:
        if name in self._fetching or self._search.knows(name):
            return
        page = self._reader.cached_page(NormalizedName(name))
        if page is not None:
            self._take_page(name, page)
        else:
            self._fetching[name] = self._submit(self._reader.page, NormalizedName(name))

    def _begin_dependencies(self, node: str, number: int) -> None:
        key = (base_of(node), number)
        if key in self._fetching:
            return
        if key not in self._needs and not self._begin_needs(key):
            return
        self._feed_dependencies(node, number)

    def _begin_needs(self, key: tuple[str, int]) -> bool:
        """Find a wheel's needs here, or begin to fetch its metadata; whether they are here."""
        file = self._candidates[key[0]][key[1]].file
        needs = self._kept_needs.get(file) if self._request.dependencies else {}
        if needs is None:
            document = self._reader.cached_metadata(file)
            if document is None:
                self._fetching[key] = self._submit(self._reader.metadata, file)
                return False
            needs = self._kept_needs.read(key[0], file, document)
        self._needs[key] = needs
        return True

    def _await(self, needed: set[Any]) -> None:
        """Wait until everything needed has arrived; take what else arrived meanwhile."""
        while True:
            for key in [key for key, future in self._fetching.items() if future.done()]:
                self._arrived(key, self._fetching.pop(key), is_needed=key in needed)
            waiting = [self._fetching[key] for key in needed if key in self._fetching]
            if not waiting:
                return
            from concurrent.futures import FIRST_COMPLETED, wait  # noqa: PLC0415

            wait(waiting, return_when=FIRST_COMPLETED)

    def _arrived(self, key: Any, future: "Future[Any]", *, is_needed: bool) -> None:
        try:
            result = future.result()
        except BodegaError:
            if is_needed:
                raise
            return  # a hint that failed is asked for again if it is ever needed
        if isinstance(key, str):
            self._take_page(key, result)
        else:
            file = self._candidates[key[0]][key[1]].file
            self._needs[key] = self._kept_needs.read(key[0], file, result)

    def _take_page(self, name: str, page: IndexPage | None) -> None:
        if page is None:
            self._candidates[name] = []
            remark = "no index knows a project of this name"
            self._search.feed_candidates(name, Offer((), lambda _specifier: 0, (remark,)))
            return
        found = self._finder.find(NormalizedName(name), page)
        offer, ordered = offer_of(found.candidates, self._taste(name), found.remarks)
        self._candidates[name] = ordered
        self._indexes[name] = found.index
        self._search.feed_candidates(name, offer)

    def _taste(self, name: str) -> Taste:
        strategy = self._request.strategy
        lowest = strategy == "lowest" or (strategy == "lowest-direct" and name in self._direct)
        prereleases = self._request.prereleases or name in self._ask_for_prereleases
        return Taste(lowest, self._request.kept.get(name), prereleases)

    def _feed_dependencies(self, node: str, number: int) -> None:
        key = (node, number)
        if key not in self._wanted:
            base, _, extra = node.partition("[")
            self._wanted[key] = self._needs[base, number].get(extra.removesuffix("]"), ())
        self._search.feed_dependencies(node, number, self._wanted[key])

    def _submit(self, function: Callable[[Any], Any], argument: object) -> "Future[Any]":
        if self._pool is None:
            from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - a warm run has no threads

            self._pool = ThreadPoolExecutor(_WORKERS, thread_name_prefix="resolve")
        return self._pool.submit(function, argument)

    # --- the result

    def _resolution(self, solution: Solution) -> Resolution:
        extras: dict[str, list[str]] = {}
        requires: dict[str, dict[NormalizedName, None]] = {}
        for node, number in solution.chosen.items():
            base, _, extra = node.partition("[")
            if extra:
                extras.setdefault(base, []).append(extra.removesuffix("]"))
            for wanted in self._wanted.get((node, number), ()):
                requires.setdefault(base, {})[NormalizedName(base_of(wanted.package))] = None
        return Resolution(
            tuple(
                self._pin(name, solution.chosen[name], sorted(extras.get(name, ())), requires.get(name, {}))
                for name in sorted(solution.chosen)
                if "[" not in name
            )
        )

    def _pin(self, name: str, number: int, extras: Sequence[str], requires: Iterable[NormalizedName]) -> Pin:
        candidate = self._candidates[name][number]
        return Pin(
            name=NormalizedName(name),
            version=candidate.version,
            candidate=candidate,
            index=self._indexes[name],
            extras=tuple(extras),
            requires=tuple(sorted(set(requires) - {NormalizedName(name)})),
            requested=name in self._direct,
        )
