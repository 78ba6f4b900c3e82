"""Whether the metadata that versions were chosen by is that of the wheels: an index may serve another one."""

from collections.abc import Iterable

from bodega.formats.errors import BodegaError
from bodega.formats.metadata import CoreMetadata, parse_metadata
from bodega.formats.names import NormalizedName
from bodega.installer.commands.workshop import Workshop
from bodega.installer.locking.kept_needs import KeptNeeds, WheelNeeds
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
    if not coming:
        return
    needs = KeptNeeds(workshop.interpreter().target, workshop.computed)
    for pin in pins:
        if pin.name not in coming or pin.candidate.prepared is not None or pin.candidate.is_source:
            continue
        file = pin.candidate.file
        tree = workshop.store.tree(file.hashes.get("sha256", ""))
        if tree is None:
            continue
        used = workshop.reader.cached_metadata(file)
        told = needs.get(file) if used is None else None
        if used is None and told is None:
            continue
        with open(f"{tree.files}/{tree.manifest.dist_info}/METADATA", "rb") as opened:
            own = opened.read()
        fields = _fields_of(own, used) if used is not None else _fields_by(told, needs.of(pin.name, own))
        if fields or used is None:
            workshop.reader.correct_metadata(file, own)
        if fields:
            needs.read(pin.name, file, own)
            raise MetadataDisagreesError(file.filename, pin.index, fields)


def _fields_of(own: bytes, used: bytes) -> list[str]:
    return [] if own == used else _differences(parse_metadata(own), parse_metadata(used))


def _fields_by(told: WheelNeeds | None, own: WheelNeeds) -> list[str]:
    """The same where a page told what the wheel requires: what came of it here is all that was used."""
    return [] if told == own else ["what is required"]


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
