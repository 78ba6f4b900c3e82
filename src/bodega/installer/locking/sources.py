"""From a chosen source distribution to what is handed to the builder."""

from bodega.formats.names import NormalizedName
from bodega.installer.locking.candidate import Candidate
from bodega.installer.locking.ports import Source


def source_of(name: str, candidate: Candidate) -> Source:
    """The source of a candidate whose file is no wheel."""
    if candidate.prepared is not None and candidate.prepared.source is not None:
        return candidate.prepared.source
    file = candidate.file
    return Source(
        url=file.url,
        filename=file.filename,
        hashes=file.hashes,
        size=file.size,
        name=NormalizedName(name),
        version=candidate.version,
    )
