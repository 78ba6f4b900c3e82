"""Lock: requirements become pylock.toml; nothing is installed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.targets import Target
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.lock import lock_document, lock_text
from bodega.installer.locking.remarks import remarks_on
from bodega.installer.locking.resolve import Resolver, ResolveRequest


@dataclass(frozen=True, slots=True)
class Locked:
    """A lock's text, the versions in it by name, and remarks worth reading.

    Of a project that is there in several versions, for different environments, ``versions`` has the newest,
    ``several`` all. ``solutions`` is how many environments had to be told apart.
    """

    text: str
    versions: dict[str, str]
    remarks: tuple[str, ...] = ()
    several: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    solutions: int = 1


def lock(
    choosing: ResolveRequest, workshop: Workshop, target: Target, *, folder: str, parts: Sequence[str] = ()
) -> Locked:
    """Resolve for a target and write everything down, for a lock that will lie in ``folder``.

    ``parts`` say which parts of a project it holds, for who makes it again.
    """
    resolution = workshop.resolve(Resolver(workshop.materials, target), choosing)
    texts = [*(one.requirement.text for one in choosing.requirements), *(r.text for r in choosing.references)]
    document = lock_document(resolution, texts, target=target, reader=workshop.reader, folder=folder)
    if parts:
        document["tool"]["bodega"]["parts"] = list(parts)
    versions: dict[str, str] = {pin.name: pin.version for pin in resolution.pins}
    return Locked(lock_text(document), versions, remarks_on(resolution))
