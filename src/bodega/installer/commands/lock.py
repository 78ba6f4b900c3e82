"""Lock: requirements become pylock.toml; nothing is installed."""

from dataclasses import dataclass

from bodega.formats.targets import Target
from bodega.installer.commands.request import Request
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.lock import lock_document, lock_text
from bodega.installer.locking.release_control import release_control
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.installer.locking.yanked import yank_remarks


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock's text, the versions in it by name, and remarks worth reading."""

    text: str
    versions: dict[str, str]
    remarks: tuple[str, ...] = ()


def lock(request: Request, workshop: Workshop, target: Target, *, strategy: str = "highest") -> Locked:
    """Resolve for a target and write everything down."""
    resolver = Resolver(workshop.materials, target)
    resolution = workshop.resolve(
        resolver,
        ResolveRequest(
            requirements=request.requirements,
            references=request.references,
            constraints=request.constraints,
            strategy=strategy,
            releases=release_control((), pre="pre" in request.flags),
        ),
    )
    document = lock_document(resolution, request.requirements, target=target, reader=workshop.reader)
    versions: dict[str, str] = {pin.name: pin.version for pin in resolution.pins}
    return Locked(lock_text(document), versions, yank_remarks(resolution))
