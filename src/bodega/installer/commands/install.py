"""Install: resolve against what is there, fetch, then change the environment in one commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bodega.formats.names import NormalizedName
from bodega.formats.targets import Target
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.request import Request
from bodega.installer.commands.satisfied import is_satisfied
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.discovery import refuse_managed
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.plan import Plan, plan
from bodega.installer.environments.seen import as_candidate, seen_by, within_reach
from bodega.installer.locking.format_control import FormatControl
from bodega.installer.locking.release_control import ReleaseControl
from bodega.installer.locking.selection import Selected

if TYPE_CHECKING:
    from collections.abc import Callable

    from bodega.installer.locking.ports import Prepared
    from bodega.installer.locking.resolution import Pin, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallOptions:
    """How to install; the names are pip's options."""

    upgrade: bool = False
    eager: bool = False
    force_reinstall: bool = False
    dependencies: bool = True
    releases: ReleaseControl = field(default_factory=ReleaseControl)
    any_python: bool = False
    ignore_installed: bool = False
    only_dependencies: bool = False
    dry_run: bool = False
    describe: bool = False
    strategy: str = "highest"
    excluded: frozenset[NormalizedName] = frozenset()
    formats: FormatControl = field(default_factory=FormatControl)


def install(request: Request, options: InstallOptions, workshop: Workshop) -> Report:
    """Install what is requested; an environment that satisfies it already is left alone."""
    interpreter = workshop.interpreter()
    if not (options.dry_run and options.describe):
        refuse_managed(interpreter)
    installed = seen_by(interpreter)
    if _is_there(request, options, installed, interpreter.target):
        named = {one.requirement.name for one in request.requirements}
        there = Plan((), (), tuple(one for name, one in installed.items() if name in named))
        description = _described(request, (), workshop) if options.describe else None
        return replace(report_of(there), description=description)
    # What resolves and changes things is dear to import, and where all is there already nothing needs it.
    from bodega.installer.commands.change import change  # noqa: PLC0415
    from bodega.installer.locking.remarks import remarks_on  # noqa: PLC0415
    from bodega.installer.locking.select import selection_of  # noqa: PLC0415

    resolution = _resolved(request, options, workshop, installed)
    selected = selection_of(resolution)
    request.check_hashes(selected)
    again = options.force_reinstall or options.ignore_installed
    reinstall = again or {one.name for one in selected if _is_local(one)}
    wanted = within_reach(plan(selected, installed, reinstall=reinstall), interpreter)
    coming = {one.name for one in wanted.install}
    new = [pin for pin in resolution.pins if pin.name in coming]
    remarks = (*remarks_on(resolution, coming), *_later(request, options, workshop, new))

    def check() -> None:
        from bodega.installer.commands.agreement import check_agreement  # noqa: PLC0415 - not for a dry run

        check_agreement(resolution.pins, coming, workshop)

    if options.dry_run:
        report = report_of(wanted, is_dry_run=True)
    else:
        report = change(wanted, interpreter, workshop, check=check)
    description = None
    if options.describe:
        description = _described(request, new, workshop)
    return replace(report, remarks=(*report.remarks, *remarks), description=description)


def _is_there(
    request: Request, options: InstallOptions, installed: Mapping[NormalizedName, Installed], target: Target
) -> bool:
    """Whether what is installed is an answer, so that no index need be asked."""
    is_plain = not (
        options.upgrade
        or options.force_reinstall
        or options.ignore_installed
        or options.only_dependencies
        or options.excluded
        or request.is_hash_checked
        or request.overrides
        or request.references
    )
    asked = [one.requirement for one in request.requirements]
    constraints = [one.requirement for one in request.constraints]
    return is_plain and is_satisfied(asked, installed, target, constraints)


def _described(request: Request, pins: "Sequence[Pin]", workshop: Workshop) -> Mapping[str, object]:
    from bodega.installer.commands.described import installation_report  # noqa: PLC0415 - rarely asked for

    extras = {
        one.requirement.name: one.requirement.extras for one in request.requirements if one.requirement.extras
    }
    return installation_report(pins, extras, workshop.materials, workshop.interpreter().target)


def _later(
    request: Request, options: InstallOptions, workshop: Workshop, pins: "Sequence[Pin]"
) -> tuple[str, ...]:
    """What later indexes have that is newer than what comes."""
    reader = workshop.materials.reader
    if len(reader.places()) == 1:
        return ()
    from bodega.installer.locking.candidates import CandidateFinder  # noqa: PLC0415 - for several only
    from bodega.installer.locking.later_indexes import later_remarks  # noqa: PLC0415

    target = workshop.interpreter().target
    finder = CandidateFinder(target, workshop.computed, options.formats, any_python=options.any_python)
    return later_remarks(pins, (*request.requirements, *request.constraints), reader, finder)


def _is_local(one: Selected) -> bool:
    """Sources on this machine may have changed under one version: they are installed again, as by pip."""
    return one.source is not None and one.source.url.startswith("file:")


def _resolved(
    request: Request,
    options: InstallOptions,
    workshop: Workshop,
    installed: Mapping[NormalizedName, Installed],
) -> "Resolution":
    from bodega.installer.locking.resolve import Resolver, ResolveRequest  # noqa: PLC0415 - as above

    progress = workshop.progress
    resolver = Resolver(
        workshop.materials,
        workshop.interpreter().target,
        lambda pages, documents: progress.tell(f"resolving: {pages} projects, {documents} documents"),
    )
    return workshop.resolve(
        resolver,
        ResolveRequest(
            requirements=request.requirements,
            references=request.references,
            constraints=request.constraints,
            overrides=request.overrides,
            excluded=options.excluded,
            kept=_kept(request, options, installed),
            there=_there(options, installed),
            strategy=options.strategy,
            releases=options.releases,
            any_python=options.any_python,
            only_dependencies=options.only_dependencies,
            dependencies=options.dependencies,
            formats=options.formats,
            hashes=request.hashes,
        ),
    )


def _kept(
    request: Request, options: InstallOptions, installed: Mapping[NormalizedName, Installed]
) -> dict[str, str]:
    """Versions that stay unless something else is required (pip's strategy "only-if-needed")."""
    if (options.upgrade and options.eager) or options.ignore_installed or options.force_reinstall:
        return {}
    moved = {one.requirement.name for one in request.requirements} if options.upgrade else set()
    return {name: one.version for name, one in installed.items() if name not in moved}


def _there(
    options: InstallOptions, installed: Mapping[NormalizedName, Installed]
) -> "Callable[[str], Prepared | None]":
    """What is installed, as a candidate; nothing where it is to be made anew."""

    def look(name: str) -> "Prepared | None":
        present = installed.get(NormalizedName(name))
        if present is None or options.ignore_installed or options.force_reinstall:
            return None
        return as_candidate(present)

    return look
