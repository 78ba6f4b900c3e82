"""Download and wheel: what an install would take, as files in a folder."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bodega.formats.digests import best_digest
from bodega.formats.names import NormalizedName
from bodega.installer.building.trees import file_digest
from bodega.installer.commands.request import Request
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.resolution import Pin
from bodega.installer.locking.resolve import Resolver, ResolveRequest
from bodega.installer.locking.select import selection_of, source_or_none


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that is in the folder: its project, its name, and whether it was there already."""

    name: NormalizedName
    version: str
    filename: str
    was_there: bool


def download(request: Request, choosing: ResolveRequest, workshop: Workshop, folder: str) -> list[Saved]:
    """Save what is chosen as it is: wheels, sources as sources. Projects in folders are not saved, as by pip.

    Raises what resolving and downloading raise; a file is in the folder as a whole or not at all.
    """
    return [
        saved
        for pin in _chosen(request, choosing, workshop)
        if (saved := _save(pin, workshop, folder)) is not None
    ]


def wheels(request: Request, choosing: ResolveRequest, workshop: Workshop, folder: str) -> list[Saved]:
    """Save a wheel of everything that is chosen; sources are built.

    Raises what resolving, downloading and building raise.
    """
    found = []
    for pin in _chosen(request, choosing, workshop):
        source = source_or_none(pin)
        if source is None:
            saved = _save(pin, workshop, folder)
        else:
            built = workshop.builder.wheel(replace(source, editable=False))
            saved = _copied(pin, built.path, built.filename, folder)
        if saved is not None:
            found.append(saved)
    return found


def _chosen(request: Request, choosing: ResolveRequest, workshop: Workshop) -> Sequence[Pin]:
    resolver = Resolver(workshop.materials, workshop.interpreter().target)
    resolution = workshop.resolve(resolver, choosing)
    request.check_hashes(selection_of(resolution))
    return resolution.pins


def _save(pin: Pin, workshop: Workshop, folder: str) -> Saved | None:
    prepared = pin.candidate.prepared
    if prepared is not None and prepared.source is not None:
        path = prepared.source.path
        if path is None or os.path.isdir(path):
            return _archived(pin, folder) if prepared.source.revision else None
        return _copied(pin, path, prepared.filename, folder)
    file = pin.candidate.file
    target = f"{folder}/{file.filename}"
    digest = best_digest(file.hashes)
    if digest is not None and file_digest(target, digest.algorithm) == digest.value:
        return Saved(pin.name, pin.version, file.filename, was_there=True)
    kept = workshop.store.wheel(file.hashes.get("sha256", "")) if file.filename.endswith(".whl") else None
    if kept is not None:
        return _copied(pin, kept, file.filename, folder)
    arrived = workshop.downloads.fetch(file, workshop.progress_of(file.filename))
    try:
        return _copied(pin, arrived, file.filename, folder)
    finally:
        os.unlink(arrived)


def _copied(pin: Pin, source: str, filename: str, folder: str) -> Saved:
    os.makedirs(folder, exist_ok=True)
    beside = f"{folder}/.{filename}.{os.getpid()}.part"
    try:
        shutil.copyfile(source, beside)
        os.replace(beside, f"{folder}/{filename}")
    except OSError:
        if os.path.lexists(beside):
            os.unlink(beside)
        raise
    return Saved(pin.name, pin.version, filename, was_there=False)


def _archived(pin: Pin, folder: str) -> Saved:
    """A checkout as an archive, which is what pip makes of one."""
    source = pin.candidate.prepared.source if pin.candidate.prepared else None
    assert source is not None  # noqa: S101 - the caller looked
    assert source.path is not None  # noqa: S101
    os.makedirs(folder, exist_ok=True)
    name = f"{pin.name}-{pin.version}"
    shutil.rmtree(f"{source.path}/.git", ignore_errors=True)
    made = shutil.make_archive(f"{folder}/.{name}.{os.getpid()}", "zip", source.path)
    os.replace(made, f"{folder}/{name}.zip")
    return Saved(pin.name, pin.version, f"{name}.zip", was_there=False)
