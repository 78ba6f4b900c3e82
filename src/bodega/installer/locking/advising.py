"""Advice on a conflict: relaxations, each tried with the same indexes, and where else a project is.

Tries are bounded in time and in what they ask of the network, and nothing is built for them.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.elsewhere import nearest_names, on_later_indexes
from bodega.installer.locking.ports import Asked, BuiltWheel, Prepared, Reference, References, Source
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.not_offered import NotOffered
from bodega.resolution.relaxing import Change, EnoughTriedError, Proof, relaxations, renamed
from bodega.simple_api.pages import ProjectFile

#: Of all tries together and of one: seconds, and questions to the network.
_SECONDS, _SECONDS_EACH = 5.0, 3.0
_ASKED, _ASKED_EACH = 600, 300
_MOST_TRIES = 40
_MOST_STEPS = 20_000


class _OneTriedEnoughError(Exception):
    """One try used up what it may use, or would have to build something."""


class _Budget:
    """What tries may still use."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tries = 0
        self._asked = self._asked_now = 0
        self._end = self._end_now = clock() + _SECONDS

    def begin(self) -> None:
        """Begin another try; raises EnoughTriedError."""
        self._tries += 1
        if self._tries > _MOST_TRIES or self._asked > _ASKED or self._clock() > self._end:
            raise EnoughTriedError
        self._asked_now, self._end_now = 0, min(self._end, self._clock() + _SECONDS_EACH)

    def spend(self, *, asked: int = 0) -> None:
        """Use something of it for the present try; raises _OneTriedEnoughError."""
        self._asked += asked
        self._asked_now += asked
        if self._asked_now > _ASKED_EACH or self._clock() > self._end_now:
            raise _OneTriedEnoughError


def _no_names() -> Iterable[str]:
    return ()


def _no_pythons() -> Mapping[str, Target]:
    return {}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around a request: names of projects that are known here, and other interpreters by version.

    Both are asked for only where they may help. ``also`` are targets for which a relaxation has to solve as
    well.
    """

    names: Callable[[], Iterable[str]] = _no_names
    pythons: Callable[[], Mapping[str, Target]] = _no_pythons
    also: Sequence[Target] = ()


def advise(
    failure: NoSolutionError,
    request: ResolveRequest,
    resolver: Resolver,
    around: Surroundings | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Put into a failure what might help: relaxations, near names, what other indexes have."""
    around, budget, clashes = around or Surroundings(), _Budget(clock), failure.clashes
    reasons = {one.reason for _, one in clashes.withheld}
    finder = CandidateFinder(
        resolver.target, resolver.materials.computed, request.formats, any_python=request.any_python
    )
    failure.add(on_later_indexes(clashes, resolver.materials.reader, finder))
    changes: list[Change] = []
    if "unknown-project" in reasons:
        changes = renamed(clashes, partial(nearest_names, _known(request, failure, around)))
        failure.add((_name(one.requirement), _near(one)) for one in changes)
    pythons: Mapping[str, Target] = {}
    if reasons & {"python", "platform"}:
        pythons = around.pythons()
        changes += [Change("python", version, f"--python {version}", "") for version in pythons]
    tries = _Proofs(request, resolver, replace(around, pythons=lambda: pythons), budget)
    failure.relaxations = relaxations(clashes, tries.prove, changes)


def _known(request: ResolveRequest, failure: NoSolutionError, around: Surroundings) -> list[str]:
    """The names that are known here: installed or locked, met on the way, kept."""
    offers = failure.conflict.offers
    met = (name for name, offer in offers.items() if offer.versions)
    return sorted({*request.kept, *met, *around.names()})


def _name(text: str) -> str:
    return parse_requirement(text).name


def _near(change: Change) -> NotOffered:
    return NotOffered("near-name", (), f"did you mean {_name(change.replacement)}?")


class _Proofs:
    """Resolves a request with changes."""

    def __init__(
        self, request: ResolveRequest, resolver: Resolver, around: Surroundings, budget: _Budget
    ) -> None:
        self._request = replace(request, most_steps=_MOST_STEPS)
        self._materials = _bounded(resolver.materials, budget)
        self._target = resolver.target
        self._around = around
        self._budget = budget

    def prove(self, changes: Sequence[Change]) -> Proof:
        """What comes of changes; raises EnoughTriedError."""
        self._budget.begin()
        request, target = self._request, self._target
        for change in changes:
            if change.kind == "python":
                target = self._around.pythons()[change.requirement]
            else:
                request = _changed(request, change)
        if not (request.requirements or request.references):
            return Proof()
        proof = self._resolved(request, target)
        others = (one for one in self._around.also if one != target)
        if proof.solved is not None and not all(self._resolved(request, one).solved for one in others):
            return Proof()
        return proof

    def _resolved(self, request: ResolveRequest, target: Target) -> Proof:
        resolver = Resolver(self._materials, target, lambda _pages, _documents: self._budget.spend())
        try:
            pins = resolver.resolve(request).pins
        except NoSolutionError as failure:
            return Proof(conflict=failure.conflict)
        except (BodegaError, _OneTriedEnoughError):
            return Proof()
        return Proof({pin.name: pin.version for pin in pins})


def _changed(request: ResolveRequest, change: Change) -> ResolveRequest:
    def altered(every: Sequence[Asked]) -> list[Asked]:
        return [
            Asked(parse_requirement(change.replacement), one.origin) if is_it else one
            for one in every
            if not (is_it := (one.requirement.text, one.origin) == (change.requirement, change.origin))
            or change.replacement
        ]

    if change.is_constraint:
        return replace(request, constraints=altered(request.constraints))
    return replace(request, requirements=altered(request.requirements))


def _bounded(materials: Materials, budget: _Budget) -> Materials:
    return replace(
        materials,
        reader=_BoundedReader(materials.reader, budget),
        builder=_NoBuilder(),
        references=_Prepared(materials.references),
    )


class _NoBuilder:
    """Implements ``locking.ports.Builder``: what would have to be built is not tried."""

    def metadata(self, source: Source) -> bytes:
        """Refuse."""
        raise _OneTriedEnoughError(source.filename)

    def wheel(self, source: Source) -> BuiltWheel:
        """Refuse."""
        raise _OneTriedEnoughError(source.filename)


class _Prepared:
    """Implements ``locking.ports.References``: each is followed once."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._known: dict[tuple[str, str], Prepared] = {}

    def prepare(self, reference: Reference) -> Prepared:
        """What it came down to."""
        key = (reference.url, reference.subdirectory)
        if key not in self._known:
            self._known[key] = self._references.prepare(reference)
        return self._known[key]


class _BoundedReader:
    """Implements ``indexes.ports.IndexReader`` over another one, and asks only so much of the network."""

    def __init__(self, inner: IndexReader, budget: _Budget) -> None:
        self._inner = inner
        self._budget = budget
        self._pages: dict[NormalizedName, IndexPage | None] = {}
        self._documents: dict[str, bytes] = {}

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The page, where it is here."""
        return self._pages.get(name) or self._inner.cached_page(name)

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The page; raises _OneTriedEnoughError."""
        if name not in self._pages:
            self._budget.spend(asked=1)
            self._pages[name] = self._inner.page(name)
        return self._pages[name]

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The inner reader's."""
        self._budget.spend(asked=1)
        return self._inner.later_pages(name, index)

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The kept core metadata of a wheel."""
        return self._documents.get(file.url) or self._inner.cached_metadata(file)

    def metadata(self, file: ProjectFile) -> bytes:
        """The core metadata of a wheel; raises _OneTriedEnoughError."""
        self._budget.spend(asked=1)
        document = self._documents[file.url] = self._inner.metadata(file)
        return document

    def places(self) -> Sequence[str]:
        """The inner reader's."""
        return self._inner.places()

    def pin(self, name: NormalizedName) -> str | None:
        """The inner reader's."""
        return self._inner.pin(name)

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """The inner reader's."""
        self._inner.correct_metadata(file, document)
