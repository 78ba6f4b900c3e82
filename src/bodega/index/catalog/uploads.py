"""An upload examined before it is published: form, file name, digests, archive and metadata.

Everything that is wrong is found and told together. The archive itself is believed, never the form: what
the form says is only compared with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bodega.content.sdist_archive import read_sdist
from bodega.content.sdist_errors import SdistError
from bodega.content.wheel_archive import WheelArchive, WheelError, open_wheel
from bodega.content.wheel_errors import WheelMetadataError
from bodega.content.wheel_record import verify_wheel
from bodega.formats.digests import Digest, sha256, sha256_of
from bodega.formats.errors import BodegaError
from bodega.formats.names import ProjectName, normalize, project_name
from bodega.formats.versions import parse_version
from bodega.index.catalog.attestations import provenance_of
from bodega.index.catalog.errors import MetadataFault
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.form_contradictions import contradictions
from bodega.index.catalog.sdist_rules import sdist_faults
from bodega.index.catalog.upload_filename import NamedFile, named_file
from bodega.index.catalog.upload_form import (
    KINDS,
    Upload,
    digest_faults,
    form_faults,
    name_faults,
    refuse_gone_actions,
)
from bodega.index.catalog.upload_metadata import UploadMetadata, read_upload_metadata
from bodega.index.catalog.upload_rules import UploadRules
from bodega.index.catalog.wheel_notes import MOST, wheel_notes
from bodega.index.catalog.wheel_rules import wheel_faults

STRICT = UploadRules()


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishable:
    """What an upload came down to.

    ``metadata`` are the bytes to serve as the wheel's core metadata, ``provenance`` those about attestations.

    ``notes`` are warnings to whoever uploads, a line each.
    """

    project: ProjectName
    version: str
    kind: str
    digest: Digest
    requires_python: str | None
    metadata: bytes | None
    notes: tuple[str, ...] = ()
    provenance: bytes | None = None

    @property
    def provenance_digest(self) -> Digest | None:
        """The sha256 of the provenance object."""
        return sha256_of(self.provenance) if self.provenance is not None else None

    @property
    def metadata_digest(self) -> Digest | None:
        """The sha256 of the core metadata."""
        return sha256_of(self.metadata) if self.metadata is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Contents:
    """What the archive holds: its core metadata and files; ``licenses`` is where license files lie in it."""

    document: bytes
    files: frozenset[str]
    licenses: str
    notes: tuple[str, ...] = ()


def examine(upload: Upload, rules: UploadRules = STRICT) -> Publishable:
    """Examine an upload; raises UploadRefusedError with every fault found, ActionGoneError."""
    refuse_gone_actions(upload.field(":action"))
    faults = Faults(upload.filename)
    faults.take(form_faults(upload))
    faults.take(digest_faults(upload))
    provenance = provenance_of(upload, faults)
    named = named_file(upload.filename, faults, rules)
    if named is None:
        raise faults.refusal()
    faults.take(name_faults(upload, named))
    contents = _contents(upload, named, faults, rules)
    if contents is None:
        raise faults.refusal()
    metadata = read_upload_metadata(contents.document, faults, rules)
    if metadata is None:
        raise faults.refusal()
    faults.take(_metadata_faults(metadata, named))
    faults.take(_license_faults(metadata, contents))
    faults.take(contradictions(upload, metadata))
    faults.refuse_if_any()
    return Publishable(
        # As the owner typed it where the owner's tool tells: file names are normalized.
        project=project_name(metadata.name),
        version=str(named.version),
        kind=KINDS[named.filetype],
        digest=sha256(upload.digests["sha256"]),
        requires_python=metadata.requires_python,
        metadata=contents.document if named.filetype == "bdist_wheel" else None,
        notes=contents.notes,
        provenance=provenance,
    )


def _contents(upload: Upload, named: NamedFile, faults: Faults, rules: UploadRules) -> _Contents | None:
    """What is inside, once all of the archive has been checked."""
    try:
        if named.filetype == "sdist":
            return _sdist(upload, named, faults, rules)
        with open_wheel(upload.path, upload.filename, faults.add) as archive:
            return _wheel(archive, faults, rules)
    except (WheelError, SdistError) as error:
        faults.add(error)
        return None


def _wheel(archive: WheelArchive, faults: Faults, rules: UploadRules) -> _Contents | None:
    if not faults.has(WheelError):
        # Else members were left out, and RECORD would be blamed for it.
        verify_wheel(archive, faults.add)
    if rules.is_new:
        faults.take(wheel_faults(archive))
    if faults.has(WheelMetadataError):
        # Said already: it is that of another release.
        return None
    document = archive.document("METADATA")
    return (
        None
        if document is None
        else _Contents(
            document=document,
            files=frozenset(member.name for member in archive.members),
            licenses=f"{archive.dist_info}/licenses/",
            notes=tuple(islice(wheel_notes(archive), MOST)),
        )
    )


def _sdist(upload: Upload, named: NamedFile, faults: Faults, rules: UploadRules) -> _Contents:
    archive = read_sdist(upload.path, upload.filename, upload.size, faults.add)
    faults.take(sdist_faults(archive, named, rules))
    return _Contents(document=archive.pkg_info, files=archive.files, licenses="")


def _metadata_faults(metadata: UploadMetadata, named: NamedFile) -> Iterator[BodegaError]:
    if normalize(metadata.name) != named.name:
        yield MetadataFault(f"the metadata in the file is that of {metadata.name[:80]!r}")
    if parse_version(metadata.version) != named.version:
        yield MetadataFault(f"the metadata in the file is that of version {metadata.version[:80]!r}")


def _license_faults(metadata: UploadMetadata, contents: _Contents) -> Iterator[BodegaError]:
    for path in metadata.license_files:
        if f"{contents.licenses}{path}" not in contents.files:
            yield MetadataFault(f"license-file: {path[:120]!r} is not in the file (PEP 639)")
