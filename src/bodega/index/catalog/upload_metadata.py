"""The core metadata of an upload, checked strictly (core metadata 1.0 to 2.6)."""

from dataclasses import dataclass

from packaging.metadata import InvalidMetadata, Metadata, parse_email

from bodega.formats.errors import BodegaError
from bodega.index.catalog.errors import MetadataFault


@dataclass(frozen=True, slots=True)
class UploadMetadata:
    """What the catalogue keeps of a file's metadata, as it stands in the file."""

    name: str
    version: str
    requires_python: str | None


def read_upload_metadata(document: bytes, faults: list[BodegaError]) -> UploadMetadata | None:
    """Read a document; what is wrong with it is added to ``faults``, each field on its own."""
    raw, unparsed = parse_email(document)
    if "name" in unparsed or "version" in unparsed or not raw.get("name") or not raw.get("version"):
        faults.append(MetadataFault("the metadata does not give one Name and one Version"))
        return None
    try:
        metadata = Metadata.from_raw(raw, validate=True)
    except ExceptionGroup as group:
        faults += [_fault(error) for error in group.exceptions]
        return None
    faults += [
        MetadataFault(f"requires-dist: {requirement} names a file of some machine")
        for requirement in metadata.requires_dist or ()
        if (requirement.url or "").lower().startswith("file:")
    ]
    requires_python = metadata.requires_python
    return UploadMetadata(raw["name"], raw["version"], str(requires_python) if requires_python else None)


def _fault(error: Exception) -> MetadataFault:
    field = f"{error.field}: " if isinstance(error, InvalidMetadata) else ""
    return MetadataFault(f"{field}{' '.join(str(error).split())[:300]}")
