"""Attestations that came with an upload, held to the file that they came with (PEP 740)."""

from packaging.utils import parse_sdist_filename, parse_wheel_filename

from bodega.formats.attestations import InvalidAttestationError, parse_attestations, render_provenance
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_form import Upload

#: Whoever publishes here shows a token, not an identity of a build service.
PUBLISHER = {"kind": "bodega", "claims": None}


def provenance_of(upload: Upload, faults: Faults) -> bytes | None:
    """The provenance object to serve for the file; ``None`` where it came without attestations."""
    text = upload.field("attestations")
    if not text:
        return None
    try:
        attestations = parse_attestations(text)
    except InvalidAttestationError as error:
        faults.add(error)
        return None
    for one in attestations:
        if one.sha256.lower() != upload.digests["sha256"]:
            faults.add(InvalidAttestationError(f"one is of other bytes, with the sha256 {one.sha256}"))
        # Compared as parsed: tools spell names in more than one way.
        if _parsed(one.filename) is None or _parsed(one.filename) != _parsed(upload.filename):
            faults.add(InvalidAttestationError(f"one is of another file, {one.filename[:120]!r}"))
    return render_provenance(attestations, PUBLISHER)


def _parsed(filename: str) -> object:
    try:
        if filename.endswith(".whl"):
            return parse_wheel_filename(filename)
        return parse_sdist_filename(filename)
    except ValueError:  # no file name, or a version of more digits than a number has
        return None
