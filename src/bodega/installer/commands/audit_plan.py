"""What would cure what an audit found: the smallest upgrades, each proved by a resolution."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.errors import BodegaError
from bodega.formats.markers import Markers
from bodega.formats.names import NormalizedName
from bodega.formats.osv import affects
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.formats.version_order import is_prerelease, version_key
from bodega.installer.auditing.components import Component, Composition
from bodega.installer.commands.audit import AuditReport
from bodega.installer.commands.listed import offered_versions
from bodega.installer.commands.project_request import Parts, project_request
from bodega.installer.commands.workshop import Workshop
from bodega.installer.inputs.project_file import Pyproject
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.candidates import CandidateFinder
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.resolution.errors import NoSolutionError, SearchTooLongError

#: How many versions of one project are looked at for one that nothing is known against.
_MOST_LOOKED_AT = 60
#: How many versions are tried before any is taken.
_MOST_TRIED = 3


@dataclass(frozen=True, slots=True)
class Change:
    """A project's version before and after; ``None`` where it is not there."""

    name: NormalizedName
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Incurable:
    """A project that stays as it is, and why."""

    name: NormalizedName
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do. ``upgrades`` are of the projects with findings, ``others`` what else changes with them.

    ``is_proved``: a resolution of what was asked for has exactly these versions.
    """

    upgrades: tuple[Change, ...] = ()
    others: tuple[Change, ...] = ()
    incurable: tuple[Incurable, ...] = ()
    is_proved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cure:
    """The versions of one project that nothing is known against, the one to be tried first at the front."""

    name: NormalizedName
    before: str
    clean: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()


@dataclass(slots=True)
class _Trial:
    """What is asked, and what is there now."""

    request: ResolveRequest
    present: Mapping[str, str]
    incurable: list[Incurable] = field(default_factory=list)


def plan_for(report: AuditReport, workshop: Workshop, project: Pyproject | None) -> Plan:
    """The plan; raises what indexes raise. ``project`` is that which a lock is of: its settings count."""
    planner = _Planner(report, workshop, project)
    return planner.plan()


class _Planner:
    def __init__(self, report: AuditReport, workshop: Workshop, project: Pyproject | None) -> None:
        self._project = project
        self._report = report
        self._workshop = workshop
        self._target = workshop.interpreter().target
        self._here = _here(report.composition, self._target)

    def plan(self) -> Plan:
        incurable: list[Incurable] = []
        cures: list[_Cure] = []
        for name in sorted({one.component.name for one in self._report.findings}):
            if name not in self._here:
                incurable.append(
                    Incurable(name, "it is not for this environment: lock for the one it is for")
                )
                continue
            cure = self._cure(self._here[name])
            if cure.clean:
                cures.append(cure)
            else:
                incurable.append(Incurable(name, "the index offers no version that nothing is known against"))
        request = self._request()
        if request is None:
            changes = tuple(Change(one.name, one.before, one.clean[0]) for one in cures)
            return Plan(upgrades=changes, incurable=tuple(incurable))
        present: dict[str, str] = {name: one.version for name, one in self._here.items()}
        trial = _Trial(request, present, incurable)
        return self._proved(trial, cures)

    def _request(self) -> ResolveRequest | None:
        """What was asked for; ``None`` where it is not known, or came from elsewhere than an index."""
        asked = _requirements(self._report.composition)
        if self._project is None:
            return None if asked is None else ResolveRequest(requirements=asked)
        whole, settings = project_request(self._project, Parts()), self._project.settings
        if asked is None and (whole.references or self._report.composition.asked is not None):
            return None
        return ResolveRequest(
            requirements=whole.requirements if asked is None else asked,
            constraints=whole.constraints,
            overrides=whole.overrides,
            excluded=settings.excluded,
            static_metadata=settings.metadata,
            strategy=settings.resolution or "highest",
        )

    def _cure(self, here: Component) -> _Cure:
        """Versions above this one first, the nearest at the front, then those below, the nearest likewise."""
        finder = CandidateFinder(self._target, self._workshop.computed)
        page = self._workshop.reader.cached_page(here.name) or self._workshop.reader.page(here.name)
        key = version_key(here.version)
        if page is None or key is None:
            return _Cure(name=here.name, before=here.version)
        offered = list(
            offered_versions(finder.find(here.name, page).candidates, prereleases=is_prerelease(key))
        )
        above = sorted((one for one in offered if one.key > key), key=lambda one: one.key)
        below = [one for one in offered if one.key < key]
        return (
            self._sorted(here, above)
            or self._sorted(here, below)
            or _Cure(name=here.name, before=here.version)
        )

    def _sorted(self, here: Component, offered: Sequence[Candidate]) -> _Cure | None:
        """A cure among these; ``None`` where something is known against each."""
        clean: list[str] = []
        affected: list[str] = []
        for one in offered[:_MOST_LOOKED_AT]:
            (clean if self._is_clean(here.name, one.version) else affected).append(one.version)
        if not clean:
            return None
        return _Cure(name=here.name, before=here.version, clean=tuple(clean), affected=tuple(affected))

    def _is_clean(self, name: NormalizedName, version: str) -> bool:
        about = self._report.told.about(name, version)
        if about is None:
            return False
        ignored = {one.id for finding in self._report.ignored for one in finding.advisories}
        return not any(affects(one, version) for one in about if one.id not in ignored)

    def _proved(self, trial: _Trial, cures: Sequence[_Cure]) -> Plan:
        """All at once where that can be; else as many as can be, and for the others why not."""
        done: list[tuple[_Cure, str]] = []
        if not cures:
            return Plan(incurable=tuple(trial.incurable), is_proved=True)
        found = self._solved(trial, [(one, f"=={one.clean[0]}") for one in cures])
        if found is None:
            for one in cures:
                wanted = self._wanted(trial, done, one)
                if wanted is not None:
                    done.append((one, wanted))
            found = self._solved(trial, done) if done else None
        if found is None:
            return Plan(incurable=tuple(trial.incurable), is_proved=True)
        changes = _changes(trial.present, found)
        cured = {one.name for one in cures} - {one.name for one in trial.incurable}
        return Plan(
            upgrades=tuple(one for one in changes if one.name in cured),
            others=tuple(one for one in changes if one.name not in cured),
            incurable=tuple(trial.incurable),
            is_proved=True,
        )

    def _wanted(self, trial: _Trial, done: Sequence[tuple[_Cure, str]], one: _Cure) -> str | None:
        """What a project is to be, beside what is done already; ``None``, and why, where nothing can be."""
        tried = [f"=={version}" for version in one.clean[:_MOST_TRIED]]
        above = version_key(one.clean[0]) > version_key(one.before)  # type: ignore[operator]
        tried.append(
            ",".join((f">{one.before}" if above else f"<{one.before}", *(f"!={v}" for v in one.affected)))
        )
        for specifier in tried:
            if self._solved(trial, [*done, (one, specifier)]) is not None:
                return specifier
        trial.incurable.append(Incurable(one.name, self._why(trial, [*done, (one, tried[0])])))
        return None

    def _why(self, trial: _Trial, wanted: Sequence[tuple[_Cure, str]]) -> str:
        try:
            self._resolve(trial, wanted)
        except (NoSolutionError, SearchTooLongError) as error:
            return error.what
        return "no other version goes together with what was asked for"

    def _solved(self, trial: _Trial, wanted: Sequence[tuple[_Cure, str]]) -> Resolution | None:
        try:
            return self._resolve(trial, wanted)
        except (NoSolutionError, SearchTooLongError):
            return None

    def _resolve(self, trial: _Trial, wanted: Sequence[tuple[_Cure, str]]) -> Resolution:
        from dataclasses import replace  # noqa: PLC0415

        constraints = [
            Asked(parse_requirement(f"{one.name}{specifier}"), "the audit") for one, specifier in wanted
        ]
        kept = {
            name: version
            for name, version in trial.present.items()
            if name not in {w.name for w, _ in wanted}
        }
        request = replace(trial.request, constraints=[*trial.request.constraints, *constraints], kept=kept)
        return self._workshop.try_to_resolve(Resolver(self._workshop.materials, self._target), request)


def _here(composition: Composition, target: Target) -> dict[NormalizedName, Component]:
    """The components that this environment would have."""
    markers = Markers(target.markers)
    return {
        one.name: one for one in composition.components if one.version and markers.holds_in_lock(one.marker)
    }


def _requirements(composition: Composition) -> list[Asked] | None:
    """What was asked for; ``None`` where it is not known, or came from elsewhere than an index."""
    if composition.asked is None:
        return None
    try:
        found = [parse_requirement(text) for text in composition.asked]
    except BodegaError:
        return None
    if any(one.url is not None for one in found):
        return None
    return [Asked(one, composition.place) for one in found]


def _changes(present: Mapping[str, str], found: Resolution) -> Iterable[Change]:
    after: dict[str, str] = {pin.name: pin.version for pin in found.pins}
    return [
        Change(NormalizedName(name), present.get(name), after.get(name))
        for name in sorted(present.keys() | after.keys())
        if name not in present or name not in after or version_key(present[name]) != version_key(after[name])
    ]
