"""Lock for many platforms and Pythons, and with extras and groups to choose from when it is installed."""

from collections.abc import Sequence
from dataclasses import replace

from bodega.formats.targets import Target
from bodega.installer.commands.lock import Locked
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.everywhere import EverywhereRequest, resolve_everywhere
from bodega.installer.locking.lock import lock_text
from bodega.installer.locking.lock_entries import EntryWriter
from bodega.installer.locking.lock_everywhere import everywhere_document
from bodega.installer.locking.metadata_of_wheels import MetadataOfWheels
from bodega.installer.locking.remarks import remarks_on
from bodega.installer.locking.resolution import Resolution
from bodega.installer.locking.resolve import Resolver, ResolveRequest


def lock_everywhere(
    asked: EverywhereRequest, workshop: Workshop, *, folder: str, parts: Sequence[str] = ()
) -> Locked:
    """Resolve for every environment and write one lock, which will lie in ``folder``.

    ``parts`` say which parts of a project it holds, for who makes it again.
    """
    materials = workshop.materials
    if asked.cells[0].fixed is None:
        materials = replace(materials, builder=MetadataOfWheels(materials.reader, materials.builder))
    targets = tuple(cell.target for cell in asked.cells)

    def resolve(target: Target, request: ResolveRequest) -> Resolution:
        return workshop.resolve(Resolver(materials, target), request, targets)

    solved = resolve_everywhere(asked, resolve)
    wished = [asked.own, *asked.parts.values()]
    texts = dict.fromkeys(
        [
            *(one.requirement.text for wish in wished for one in wish.requirements),
            *(one.text for wish in wished for one in wish.references),
        ]
    )
    document = everywhere_document(
        solved,
        asked,
        texts,
        writer=EntryWriter(workshop.reader, folder),
    )
    if parts:
        document["tool"]["bodega"]["parts"] = list(parts)
    versions: dict[str, list[str]] = {}
    for entry in document["packages"]:
        versions.setdefault(entry["name"], []).append(entry.get("version", ""))
    remarks = dict.fromkeys(remark for one in solved for remark in remarks_on(one.resolution))
    return Locked(
        lock_text(document),
        {name: found[-1] for name, found in versions.items()},
        tuple(remarks),
        {name: tuple(found) for name, found in versions.items() if len(found) > 1},
        len(solved),
    )
