"""Whether the metadata that versions were chosen by is that of the wheels: an index may serve another one."""

from collections.abc import Iterable

from bodega.formats.errors import BodegaError
from bodega.formats.metadata import CoreMetadata, parse_metadata
from bodega.formats.names import NormalizedName
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.kept_needs import KeptNeeds
from bodega.installer.locking.resolution import Pin


class MetadataDisagreesError(BodegaError):
    """An index serves metadata that is not the wheel's: what was chosen by it may lack what is needed."""

    code = "E-METADATA-DISAGREES"

    def __init__(self, filename: str, index: str | None, fields: Iterable[str]) -> None:
        super().__init__(
            f"the metadata that the index serves for {filename} is not the wheel's own",
            why=f"they differ in {', '.join(fields)}{f' ({index})' if index else ''}",
        )
        self.filename = filename
        self.index = index


def check_agreement(pins: Iterable[Pin], coming: set[NormalizedName], workshop: Workshop) -> None:
    """Raise MetadataDisagreesError for the first that disagrees; the truth is kept for next time."""
    for pin in pins:
        if pin.name not in coming or pin.candidate.prepared is not None or pin.candidate.is_source:
            continue
        file = pin.candidate.file
        tree = workshop.store.tree(file.hashes.get("sha256", ""))
        used = workshop.reader.cached_metadata(file)
        if tree is None or used is None:
            continue
        with open(f"{tree.files}/{tree.manifest.dist_info}/METADATA", "rb") as opened:
            own = opened.read()
        if own != used:
            fields = _differences(parse_metadata(own), parse_metadata(used))
            if fields:
                workshop.reader.correct_metadata(file, own)
                KeptNeeds(workshop.interpreter().target, workshop.computed).read(pin.name, file, own)
                raise MetadataDisagreesError(file.filename, pin.index, fields)


def _differences(own: CoreMetadata, used: CoreMetadata) -> list[str]:
    """The fields that decide what is installed, and differ."""
    return [
        words
        for words, one, other in (
            ("Name", own.name, used.name),
            ("Version", own.version, used.version),
            ("Requires-Python", own.requires_python, used.requires_python),
            ("Requires-Dist", sorted(own.requires_dist), sorted(used.requires_dist)),
            ("Provides-Extra", sorted(own.provides_extra), sorted(used.provides_extra)),
        )
        if one != other
    ]
