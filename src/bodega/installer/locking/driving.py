"""The driver of one search: asks indexes for what the search needs, in parallel, and feeds it."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.targets import Target
from bodega.formats.versions import exact_pins, names_prerelease
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.ahead import Ahead
from bodega.installer.locking.asking import Asking
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.changed_needs import ChangedNeeds
from bodega.installer.locking.kept_needs import REFERENCE, KeptNeeds, WheelNeeds, wants
from bodega.installer.locking.known_references import KnownReferences
from bodega.installer.locking.offers import Taste, offer_of
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve_request import Materials, ResolveProgress, ResolveRequest
from bodega.installer.locking.solved import Facts, resolution_of
from bodega.installer.locking.sources import source_of
from bodega.installer.locking.static_needs import StaticNeeds
from bodega.installer.locking.there import unknown_project, unknown_to_pin, with_installed
from bodega.installer.locking.told_needs import ToldNeeds
from bodega.resolution.not_offered import NotOffered
from bodega.resolution.ports import Needs, Problem, RootRequirement, Solution, Wanted, base_of
from bodega.resolution.search import Search

if TYPE_CHECKING:
    from concurrent.futures import Future


class Run:
    """One search on its way; ends with NewReferenceFound where a URL turns up that nobody knew of.

    Of the projects in ``late`` pre-releases are taken, where no final release can be.
    """

    def __init__(
        self,
        materials: Materials,
        target: Target,
        request: ResolveRequest,
        known: KnownReferences,
        *,
        late: Collection[str] = (),
    ) -> None:
        self._late = late
        self._materials = materials
        self._reader = materials.reader
        self._finder = CandidateFinder(
            target,
            materials.computed,
            request.formats,
            hashes=request.hashes,
            any_python=request.any_python,
        )
        self._kept_needs = KeptNeeds(target, materials.computed, any_python=request.any_python)
        self._request = request
        self._known = known
        self._markers = Markers(target.markers)
        self._changed = ChangedNeeds(request.overrides, request.excluded, self._markers)
        self._static = StaticNeeds(request.static_metadata)
        self._told = ToldNeeds()
        self._ahead = Ahead()
        self._direct = {
            *(asked.requirement.name for asked in request.requirements),
            *known.names_of(request.references),
        }
        self._said = [
            one.requirement
            for one in (
                *self._changed.requirements(request.requirements),
                *self._changed.overrides,
                *request.constraints,
            )
        ]
        self._problem = Problem(tuple(self._roots()), tuple(self._narrowings(request.constraints)))
        self._search = Search(self._problem, most_steps=request.most_steps)
        self._candidates: dict[str, Sequence[Candidate]] = {}
        self._indexes: dict[str, str | None] = {}
        self._wanted: dict[tuple[str, int], tuple[Wanted, ...]] = {}
        self._needs: dict[tuple[str, int], WheelNeeds] = {}
        self._asking = Asking()

    def run(self, progress: ResolveProgress) -> Resolution:
        """Search to the end; raises NoSolutionError, SearchTooLongError, and what the materials raise."""
        try:
            while True:
                outcome = self._search.advance()
                if isinstance(outcome, Solution):
                    return resolution_of(outcome, self._facts(), self._problem.roots)
                self._feed(outcome)
                progress(len(self._candidates), len(self._needs))
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._standing()) from None
        finally:
            self._asking.close()

    def _facts(self) -> Facts:
        left_out = self._direct if self._request.only_dependencies else frozenset()
        return Facts(self._candidates, self._indexes, self._wanted, self._needs, self._direct, left_out)

    def _standing(self) -> str:
        """Where the work stands, in words."""
        most = self._search.most_tried()
        tried = f", tried most were the versions of {' and '.join(most)}" if most else ""
        return f"while resolving, {len(self._candidates)} projects and {len(self._needs)} files known{tried}"

    # --- what the user asked for

    def _roots(self) -> Iterable[RootRequirement]:
        for override in self._changed.overrides:
            if override.requirement.url is not None:
                self._known.constrain(override.requirement, origin=override.origin)
        for one in self._request.requirements:
            if self._markers.holds(one.requirement.marker):
                for wanted in self._asked(one):
                    yield RootRequirement(wanted, one.origin)
        for reference in self._request.references:
            for wanted in self._known.wanted(reference):
                yield RootRequirement(wanted, reference.origin)

    def _asked(self, one: Asked) -> Iterable[Wanted]:
        if self._changed.leaves(one.requirement.name):
            return self._known.wants(one.requirement, origin=one.origin)
        return self._changed.of(tuple(wants(one.requirement)))

    def _narrowings(self, constraints: Iterable[Asked]) -> Iterable[RootRequirement]:
        for one in constraints:
            requirement = one.requirement
            if not self._markers.holds(requirement.marker):
                continue
            if requirement.url is not None:
                self._known.constrain(requirement, origin=one.origin)
            wanted = Wanted(requirement.name, requirement.specifier, requirement.text)
            yield RootRequirement(wanted, one.origin)

    # --- feeding

    def _feed(self, needs: Needs) -> None:
        for name in (*needs.candidates, *needs.hinted_candidates):
            self._begin_page(name)
        for node, number in needs.dependencies:
            self._begin_dependencies(node, number)
        for node, number in needs.hinted_dependencies:
            # A hint is cheap to follow but where it would build something, or fetch what a URL names.
            candidate = self._candidates[base_of(node)][number]
            if not candidate.is_source or self._static.of(base_of(node), candidate.key):
                self._begin_dependencies(node, number, is_hint=True)
        needed = {*needs.candidates, *((base_of(p), n) for p, n in needs.dependencies)}
        self._await(needed)
        for node, number in needs.dependencies:
            self._feed_dependencies(node, number)

    def _begin_page(self, name: str) -> None:
        if name in self._asking or self._search.knows(name):
            return
        if self._known.has(name):
            self._take_prepared(name)
            return
        page = self._reader.cached_page(NormalizedName(name))
        if page is not None:
            self._take_page(name, page)
        else:
            self._asking.begin(name, self._reader.page, NormalizedName(name))

    def _begin_dependencies(self, node: str, number: int, *, is_hint: bool = False) -> None:
        key = (base_of(node), number)
        if key in self._asking:
            return
        if key not in self._needs and not self._begin_needs(key):
            if not is_hint:
                self._begin_ahead(*key)
            return
        if not is_hint or not self._names_reference(node, number):
            self._feed_dependencies(node, number)

    def _names_reference(self, node: str, number: int) -> bool:
        """Whether a candidate requires a URL: what that names is looked into for what is chosen alone."""
        base, _, extra = node.partition("[")
        needs = self._needs[base, number].get(extra.removesuffix("]"), ())
        return any(one.specifier.startswith(REFERENCE) for one in needs)

    def _begin_ahead(self, name: str, number: int) -> None:
        candidates = self._candidates[name]
        for further in self._ahead.after(name, number):
            is_known = (name, further) in self._needs or (name, further) in self._asking
            if further < len(candidates) and not is_known and not candidates[further].is_source:
                self._begin_needs((name, further))

    def _begin_needs(self, key: tuple[str, int]) -> bool:
        """Find a file's needs here, or begin to get its metadata; whether they are here."""
        candidate = self._candidates[key[0]][key[1]]
        static = self._static.of(key[0], candidate.key)
        if static is not None and self._request.dependencies:
            self._needs[key] = self._kept_needs.of_metadata(key[0], static)
            return True
        if candidate.prepared is not None:
            metadata = candidate.prepared.metadata
            self._needs[key] = self._kept_needs.of(key[0], metadata) if self._request.dependencies else {}
            return True
        if candidate.is_source:
            return self._begin_source_needs(key, candidate)
        file = candidate.file
        needs = self._kept_needs.get(file) if self._request.dependencies else {}
        if needs is None:
            document = self._reader.cached_metadata(file)
            told = self._told.of(key[0], file)
            if document is not None:
                needs = self._kept_needs.read(key[0], file, document)
            elif told is not None:
                needs = self._kept_needs.take(key[0], file, told)
            else:
                self._asking.begin(key, self._reader.metadata, file)
                return False
        self._needs[key] = needs
        return True

    def _begin_source_needs(self, key: tuple[str, int], candidate: Candidate) -> bool:
        needs = self._kept_needs.get(candidate.file) if self._request.dependencies else {}
        if needs is not None:
            self._needs[key] = needs
            return True
        self._asking.begin(key, self._source_metadata, (key[0], candidate))
        return False

    def _source_metadata(self, asked: tuple[str, Candidate]) -> bytes:
        """The metadata of a source distribution: the index may have it, else it is looked into, or built."""
        name, candidate = asked
        if candidate.file.core_metadata is not None:
            return self._reader.metadata(candidate.file)
        return self._materials.builder.metadata(source_of(name, candidate))

    def _await(self, needed: set[Any]) -> None:
        """Wait until everything needed has arrived; take what else arrived meanwhile."""
        while True:
            for key, future in self._asking.answered():
                self._arrived(key, future, is_needed=key in needed)
            if not self._asking.wait_for(needed):
                return

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
        candidates: Sequence[Candidate] = ()
        if page is not None:
            static = self._static.page(NormalizedName(name), page)
            found = self._finder.find(NormalizedName(name), static)
            candidates = found.candidates
            if found.tells:
                self._told.take(name, page)
        candidates = with_installed(candidates, self._request.there(name))
        offer, ordered = offer_of(candidates, self._taste(name), partial(self._unoffered, name))
        self._candidates[name] = ordered
        self._indexes[name] = page.index if page is not None else None
        self._search.feed_candidates(name, offer)

    def _unoffered(self, name: str) -> Sequence[NotOffered]:
        """What exists and is not offered; the page is read again, so that nobody keeps it for this."""
        project = NormalizedName(name)
        page = self._reader.cached_page(project) or self._reader.page(project)
        if page is not None:
            return self._finder.unoffered(project, self._static.page(project, page))
        pin = self._reader.pin(project)
        text = unknown_project(self._reader.places()) if pin is None else unknown_to_pin(pin)
        return (NotOffered("unknown-project", (), text),)

    def _take_prepared(self, name: str) -> None:
        """A project that a URL or path was asked for has that one candidate, whatever it is."""
        candidate = self._known.candidate(name)
        offer, ordered = offer_of([candidate], Taste(kept_version=candidate.version))
        self._candidates[name] = ordered
        self._indexes[name] = None
        self._search.feed_candidates(name, offer)

    def _taste(self, name: str) -> Taste:
        strategy = self._request.strategy
        lowest = strategy == "lowest" or (strategy == "lowest-direct" and name in self._direct)
        allowed = self._request.releases.prereleases(name)
        said = [one.specifier for one in self._said if one.name == name]
        return Taste(
            lowest,
            self._request.kept.get(name),
            prereleases=allowed is not False and (allowed or any(map(names_prerelease, said))),
            late_prereleases=name in self._late,
            only_final=allowed is False,
            pins=tuple(pin for specifier in said for pin in exact_pins(specifier)),
            prefer_wheels=self._request.formats.prefer_binary,
        )

    def _feed_dependencies(self, node: str, number: int) -> None:
        key = (node, number)
        if key not in self._wanted:
            base, _, extra = node.partition("[")
            needs = self._needs[base, number].get(extra.removesuffix("]"), ())
            needs = self._changed.of(needs, base)
            self._wanted[key] = self._known.resolved(needs, self._candidates[base][number], base)
        self._search.feed_dependencies(node, number, self._wanted[key])
