"""Records conflicts of real projects: what the configured index says of all that takes part in each.

``PYTHONPATH=tests python -m support.conflict_recorder [NAME...]`` resolves the stories of
``tests/conflicts/stories.toml`` for the Python that runs it (3.11 on Linux), follows the first relaxation,
writes what was read on the way beside the stories, and plays the record. It says what came of each.
"""

import sys
import time
from collections.abc import Mapping, Sequence

from bodega.bootstrap.installer import Wishes, open_workshop
from bodega.cli.progress import Progress
from bodega.formats.errors import BodegaError
from bodega.formats.filenames import wheel_parts
from bodega.formats.markers import Markers
from bodega.formats.metadata import parse_metadata
from bodega.formats.names import NormalizedName, normalize
from bodega.formats.requirements import InvalidRequirementError, Requirement, parse_requirement
from bodega.formats.version_order import version_key
from bodega.formats.versions import allowed
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.advising import advise
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.resolution.conflicts import target_of
from bodega.resolution.errors import NoSolutionError
from bodega.resolution.ports import base_of
from bodega.simple_api.pages import ProjectFile
from support.conflict_stories import Story, record, recorded, told_stories
from support.memory_index import TARGET, MemoryCache, asked

#: Versions recorded beside those that were read, of each end of what a requirement admits.
_MORE = 2


_ROUNDS = 6


def _parsed(text: str) -> Requirement | None:
    """A requirement; ``None`` for what is none, which makes its version one that is passed over."""
    try:
        return parse_requirement(text)
    except InvalidRequirementError:
        return None


class RecordingReader:
    """An index reader that notes which documents were read."""

    def __init__(self, inner: IndexReader) -> None:
        self._inner = inner
        self.documents: dict[str, bytes] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        return self._inner.cached_page(name)

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        document = self._inner.cached_metadata(file)
        if document is not None:
            self.documents[file.filename] = document
        return document

    def metadata(self, file: ProjectFile) -> bytes:
        document = self.documents[file.filename] = self._inner.metadata(file)
        return document


class Recorder:
    """Resolves and records one story."""

    def __init__(self) -> None:
        self._workshop = open_workshop(Wishes(own_interpreter=True), Progress(quiet=True))
        self._target = self._workshop.interpreter().target
        self._finder = CandidateFinder(self._target, MemoryCache())
        self._reader = RecordingReader(self._workshop.reader)
        materials = self._workshop.materials
        self._materials = Materials(
            reader=self._reader,  # type: ignore[arg-type]
            computed=MemoryCache(),
            builder=materials.builder,
            references=materials.references,
        )

    def live(self, texts: Sequence[str]) -> tuple[NoSolutionError | None, dict[str, str]]:
        """The conflict as it is today, and what comes of following the first relaxation."""
        resolver, request = (
            Resolver(self._materials, self._target),
            ResolveRequest(requirements=asked(*texts)),
        )
        try:
            resolver.resolve(request)
        except NoSolutionError as failure:
            advise(failure, request, resolver, clock=lambda: 0.0)
            if not failure.relaxations:
                return failure, {}
            changed = followed(texts, failure)
            found = resolver.resolve(ResolveRequest(requirements=asked(*changed)))
            self._widen(failure)
            return failure, {pin.name: pin.version for pin in found.pins}
        return None, {}

    def projects(self, texts: Sequence[str]) -> dict[str, dict[str, list[str]]]:
        """What was read: project to version, newest first, to what it requires here."""
        found = self._read()
        for _ in range(_ROUNDS):
            if not self._close(found, texts):
                break
            for name, every in self._read().items():
                found[name] = {**found.get(name, {}), **every}
        extras = self._extras(found, texts)
        return {
            name: {
                v: self._kept(every[v], extras.get(name, {""}))
                for v in sorted(every, key=lambda one: version_key(one) or (), reverse=True)
            }
            for name, every in found.items()
        }

    def _extras(
        self, found: Mapping[str, Mapping[str, Sequence[str]]], texts: Sequence[str]
    ) -> dict[str, set[str]]:
        """The extras that anything asks for, by project."""
        extras: dict[str, set[str]] = {}
        for requirement in map(parse_requirement, texts):
            extras.setdefault(requirement.name, {""}).update(requirement.extras)
        for _ in range(5):  # extras ask for extras
            for name, every in found.items():
                for requires in every.values():
                    for text in self._kept(requires, extras.get(name, {""})):
                        if (requirement := _parsed(text)) is not None:
                            extras.setdefault(requirement.name, {""}).update(requirement.extras)
        return extras

    def _read(self) -> dict[str, dict[str, Sequence[str]]]:
        """All that was read: project to version to requirements."""
        found: dict[str, dict[str, Sequence[str]]] = {}
        for filename, document in self._reader.documents.items():
            parts = wheel_parts(filename)
            if parts is not None:
                requires = parse_metadata(document).requires_dist
                found.setdefault(normalize(filename.partition("-")[0]), {})[parts.version] = requires
        return found

    def _close(self, found: dict[str, dict[str, Sequence[str]]], texts: Sequence[str]) -> bool:
        """See that each requirement has a version, where the index has one; whether anything was added."""
        extras = self._extras(found, texts)
        has_added = False
        for name, every in list(found.items()):
            for requires in list(every.values()):
                for requirement in filter(None, map(_parsed, self._kept(requires, extras.get(name, {""})))):
                    known = found.setdefault(requirement.name, {})
                    if not any(allowed(requirement.specifier, list(known))):
                        has_added |= self._add(requirement, known)
        return has_added

    def _add(self, requirement: Requirement, known: dict[str, Sequence[str]]) -> bool:
        page = self._reader.cached_page(requirement.name) or self._workshop.reader.page(requirement.name)
        every = self._finder.find(requirement.name, page).candidates if page is not None else ()
        flags = allowed(requirement.specifier, [one.version for one in every])
        best = next((one for one, is_in in zip(every, flags, strict=True) if is_in), None)
        if best is None:
            return False
        if best.is_source:
            known[best.version] = ()
        elif self._reader.cached_metadata(best.file) is None:
            self._reader.metadata(best.file)
        return True

    def _kept(self, requires: Sequence[str], extras: set[str]) -> list[str]:
        markers = Markers(TARGET.markers)
        return [
            text
            for text in requires
            if (one := _parsed(text)) is None or any(markers.holds(one.marker, extra) for extra in extras)
        ]

    def _widen(self, failure: NoSolutionError) -> None:
        """Read some more of what each requirement admits, so that the record has it."""
        for fact in failure.conflict.facts():
            name = NormalizedName(base_of(target_of(fact)))
            page = self._reader.cached_page(name) or self._workshop.reader.page(name)
            every = self._finder.find(name, page).candidates if page is not None else ()
            flags = allowed(fact.specifier, [one.version for one in every])
            fitting = [one for one, is_in in zip(every, flags, strict=True) if is_in and not one.is_source]
            for one in (*fitting[:_MORE], *fitting[-_MORE:]):
                if self._reader.cached_metadata(one.file) is None:
                    self._reader.metadata(one.file)


def followed(texts: Sequence[str], failure: NoSolutionError) -> list[str]:
    """What was asked for, with the first relaxation."""
    changes = {one.requirement: one.replacement for one in failure.relaxations[0].changes}
    return [new for text in texts if (new := changes.get(text, text))]


def live(texts: Sequence[str]) -> tuple[NoSolutionError | None, dict[str, str]]:
    """The conflict as the configured index has it today, and what comes of following the first relaxation."""
    return Recorder().live(texts)


def record_one(name: str, texts: Sequence[str]) -> str:
    """Record a story; what came of it."""
    recorder = Recorder()
    failure, solved = recorder.live(texts)
    if failure is None:
        return "is no conflict"
    if not solved:
        return f"has no relaxation: {failure.what}"
    record(name, recorder.projects(texts))
    played: Story = recorded(name)
    again = played.failure()
    if again.relaxations[:1] and again.relaxations[0].changes == failure.relaxations[0].changes:
        return "ok"
    return f"differs: {again.steps()}, was {failure.steps()}"


def main() -> int:
    """Record the stories that are named, or all."""
    names = sys.argv[1:]
    bad = 0
    for name, texts in told_stories().items():
        if names and name not in names:
            continue
        begun = time.monotonic()
        try:
            told = record_one(name, texts)
        except BodegaError as error:
            told = f"failed: {error.what} {error.why}"
        bad += told != "ok"
        print(f"{name}: {told} ({time.monotonic() - begun:.1f} s)", flush=True)
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
