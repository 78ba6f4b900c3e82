"""Advice on a conflict: relaxations, each tried with the same indexes, and where else a project is.

Tries are bounded in time and in what they ask of the network, and nothing is built for them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.ports import Asked, BuiltWheel, Prepared, Reference, References, Source
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.relaxing import Change, EnoughTriedError, Proof, relaxations
from bodega.simple_api.pages import ProjectFile

#: Of all tries together and of one: seconds, and questions to the network.
_SECONDS, _SECONDS_EACH = 5.0, 2.0
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


def advise(
    failure: NoSolutionError,
    request: ResolveRequest,
    resolver: Resolver,
    pythons: Mapping[str, Target] | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> None:
    """Put relaxations into a failure; ``pythons`` are other interpreters by version, with their targets."""
    others, budget = pythons or {}, _Budget(clock)
    tries = _Proofs(request, resolver, others, budget)
    changes = [Change("python", version, f"--python {version}", "") for version in others]
    failure.relaxations = relaxations(failure.clashes, tries.prove, changes)


class _Proofs:
    """Resolves a request with changes."""

    def __init__(
        self, request: ResolveRequest, resolver: Resolver, pythons: Mapping[str, Target], budget: _Budget
    ) -> None:
        self._request = replace(request, most_steps=_MOST_STEPS)
        self._materials = _bounded(resolver.materials, budget)
        self._target = resolver.target
        self._pythons = pythons
        self._budget = budget

    def prove(self, changes: Sequence[Change]) -> Proof:
        """What comes of changes; raises EnoughTriedError."""
        self._budget.begin()
        request, target = self._request, self._target
        for change in changes:
            if change.kind == "python":
                target = self._pythons[change.requirement]
            else:
                request = _changed(request, change)
        if not (request.requirements or request.references):
            return Proof()
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
