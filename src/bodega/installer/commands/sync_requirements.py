"""Sync to a requirements file that pins all it names: the environment becomes that, exactly."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bodega.formats.errors import BodegaError
from bodega.formats.versions import is_exact_pin
from bodega.installer.commands.change import change
from bodega.installer.commands.report import Report, report_of
from bodega.installer.commands.request import Request
from bodega.installer.commands.workshop import Workshop
from bodega.installer.environments.installed import scan
from bodega.installer.environments.plan import plan
from bodega.installer.locking.format_control import FormatControl
from bodega.installer.locking.ports import Asked
from bodega.installer.locking.remarks import remarks_on
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.installer.locking.select import selection_of

_NAMED = 5


class NotPinnedError(BodegaError):
    """A requirements file is to be synced, and leaves versions open."""

    code = "E-LOCK-NOT-PINNED"

    def __init__(self, path: str, open_ones: Iterable[str]) -> None:
        names = list(open_ones)
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        super().__init__(
            f"{path} is no lock: it leaves versions open",
            why=f"not pinned with == are {', '.join(names[:_NAMED])}{more}",
        )
        self.path = path
        self.names = tuple(names)


class NothingNamedError(BodegaError):
    """A requirements file is to be synced, and names nothing: all that is installed would go."""

    code = "E-LOCK-NAMES-NOTHING"

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} names nothing", why="a sync to it would remove all that is installed")
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """A requirements file, where it stands, and which kinds of files are wanted."""

    path: str
    request: Request
    formats: FormatControl = field(default_factory=FormatControl)
    dry_run: bool = False


def sync_requirements(pinned: Pinned, workshop: Workshop) -> Report:
    """Install what the file names, and nothing else, and remove the rest.

    Raises NothingNamedError, NotPinnedError, HashRequiredError, HashNotAllowedError, and what resolving and
    changing raise.
    """
    request = pinned.request
    if not (request.requirements or request.references):
        raise NothingNamedError(pinned.path)
    loose = [one.requirement.name for one in request.requirements if not _is_pinned(one)]
    if loose:
        raise NotPinnedError(pinned.path, loose)
    interpreter = workshop.interpreter()
    resolution = workshop.resolve(
        Resolver(workshop.materials, interpreter.target),
        ResolveRequest(
            requirements=request.requirements,
            references=request.references,
            constraints=request.constraints,
            dependencies=False,
            formats=pinned.formats,
            hashes=request.hashes,
        ),
    )
    selected = selection_of(resolution)
    request.check_hashes(selected)
    wanted = plan(selected, scan(interpreter), exact=True)
    if pinned.dry_run:
        return report_of(wanted, is_dry_run=True, remarks=remarks_on(resolution))
    report = change(wanted, interpreter, workshop)
    coming = {one.name for one in wanted.install}
    return replace(report, remarks=(*report.remarks, *remarks_on(resolution, coming)))


def _is_pinned(asked: Asked) -> bool:
    return asked.requirement.url is not None or is_exact_pin(asked.requirement.specifier)
