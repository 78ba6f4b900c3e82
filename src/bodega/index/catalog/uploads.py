"""An upload examined before it is published: form, file name, digests, archive and metadata.

Everything that is wrong is found and told together. The archive itself is believed, never the form: what
the form says is only compared with it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import InvalidVersion, Version

from bodega.content.sdist_archive import read_sdist
from bodega.content.sdist_errors import SdistError
from bodega.content.wheel_archive import WheelError, open_wheel
from bodega.content.wheel_record import verify_wheel
from bodega.formats.digests import Digest, sha256, sha256_of
from bodega.formats.errors import BodegaError
from bodega.formats.names import InvalidProjectNameError, ProjectName, normalize, project_name
from bodega.index.catalog.errors import (
    DigestFault,
    FilenameFault,
    FormFault,
    MetadataFault,
    UploadRefusedError,
)
from bodega.index.catalog.upload_metadata import UploadMetadata, read_upload_metadata
from bodega.index.catalog.wheel_rules import wheel_faults

#: The form's digest fields and the digest each is of.
_DIGEST_FIELDS = {"md5_digest": "md5", "sha256_digest": "sha256", "blake2_256_digest": "blake2_256"}
_KINDS = {"bdist_wheel": "wheel", "sdist": "sdist"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """An upload as it came: ``path`` holds its ``size`` bytes, ``digests`` are lower-case hexadecimal.

    ``fields`` are those of the form, each with all its values.
    """

    filename: str
    fields: Mapping[str, tuple[str, ...]]
    path: str
    size: int
    digests: Mapping[str, str]

    def field(self, name: str) -> str:
        """The first value of a field; empty where it is not given."""
        return next(iter(self.fields.get(name, ())), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishable:
    """What an upload came down to. ``metadata`` are the bytes to serve as the wheel's core metadata."""

    project: ProjectName
    version: str
    kind: str
    digest: Digest
    requires_python: str | None
    metadata: bytes | None

    @property
    def metadata_digest(self) -> Digest | None:
        """The sha256 of the core metadata."""
        return sha256_of(self.metadata) if self.metadata is not None else None


def examine(upload: Upload) -> Publishable:
    """Examine an upload; raises UploadRefusedError with every fault found."""
    faults: list[BodegaError] = [*_form_faults(upload), *_digest_faults(upload)]
    named = _named(upload, faults)
    document = _document(upload, faults)
    if document is None or named is None or faults:
        raise UploadRefusedError(upload.filename, faults)
    metadata = read_upload_metadata(document, faults)
    if metadata is not None:
        faults += _metadata_faults(upload, metadata, named)
    if metadata is None or faults:
        raise UploadRefusedError(upload.filename, faults)
    kind = _KINDS[upload.field("filetype")]
    return Publishable(
        # As the owner typed it where the owner's tool tells: file names are normalized.
        project=project_name(metadata.name),
        version=str(named[1]),
        kind=kind,
        digest=sha256(upload.digests["sha256"]),
        requires_python=metadata.requires_python,
        metadata=document if kind == "wheel" else None,
    )


def _form_faults(upload: Upload) -> Iterator[BodegaError]:
    if upload.field(":action") != "file_upload":
        yield FormFault(f"the field :action is {upload.field(':action')[:40]!r} instead of 'file_upload'")
    if upload.field("protocol_version") not in ("", "1"):
        yield FormFault("the field protocol_version is not 1")
    if upload.field("filetype") not in _KINDS:
        yield FormFault(f"the field filetype is {upload.field('filetype')[:40]!r}, not bdist_wheel or sdist")
    if not any(upload.field(field) for field in _DIGEST_FIELDS):
        yield FormFault("none of md5_digest, sha256_digest and blake2_256_digest is given")
    try:
        project_name(upload.field("name"))
    except InvalidProjectNameError as error:
        yield error
    if _version(upload.field("version")) is None:
        yield FormFault(
            f"the field version is {upload.field('version')[:80]!r}, which is no version (PEP 440)"
        )


def _digest_faults(upload: Upload) -> Iterator[BodegaError]:
    for field, algorithm in _DIGEST_FIELDS.items():
        given = upload.field(field)
        if given and not _is_digest(given, upload.digests[algorithm]):
            yield DigestFault(f"the bytes are not those of {field} {given[:140]!r}")


def _is_digest(given: str, value: str) -> bool:
    """Whether the text is the digest, in hexadecimal or, as some clients write it, in URL-safe base 64."""
    base64 = urlsafe_b64encode(bytes.fromhex(value)).rstrip(b"=")
    return given.lower() == value or given.rstrip("=").encode() == base64


def _named(upload: Upload, faults: list[BodegaError]) -> tuple[str, Version] | None:
    """The normalized name and the version that the file name gives, where both fit the form."""
    try:
        name, version = _parsed(upload.filename)
    except (InvalidWheelFilename, InvalidSdistFilename, FilenameFault) as error:
        faults.append(error if isinstance(error, FilenameFault) else FilenameFault(str(error)))
        return None
    kind = "bdist_wheel" if upload.filename.endswith(".whl") else "sdist"
    if upload.field("filetype") != kind:
        faults.append(
            FilenameFault(f"{upload.filename} is not the name of a file of type {upload.field('filetype')!r}")
        )
    if normalize(upload.field("name")) != name:
        faults.append(
            FilenameFault(f"{upload.filename} is not a file of the project {upload.field('name')[:80]!r}")
        )
    if _version(upload.field("version")) not in (version, None):
        faults.append(
            FilenameFault(f"{upload.filename} is not a file of version {upload.field('version')[:80]!r}")
        )
    return name, version


def _parsed(filename: str) -> tuple[str, Version]:
    if not filename.isascii() or not filename.isprintable() or any(mark in filename for mark in '/\\"%'):
        raise FilenameFault(f"the file name {filename[:120]!r} has characters that a file name must not have")
    if filename.endswith(".whl"):
        name, version, _, _ = parse_wheel_filename(filename)
        return name, version
    if not filename.endswith(".tar.gz"):
        raise FilenameFault(f"{filename[:120]!r} ends in neither .whl nor .tar.gz")
    return parse_sdist_filename(filename)


def _document(upload: Upload, faults: list[BodegaError]) -> bytes | None:
    """The core metadata inside the archive, once all of the archive has been checked."""
    try:
        if upload.filename.endswith(".whl"):
            with open_wheel(upload.path, upload.filename) as archive:
                verify_wheel(archive)
                faults += wheel_faults(archive)
                return archive.metadata()
        if upload.filename.endswith(".tar.gz"):
            archive_of = read_sdist(upload.path, upload.filename, upload.size)
            faults += _folder_faults(upload.filename, archive_of.folder)
            return archive_of.pkg_info
    except (WheelError, SdistError) as error:
        faults.append(error)
    return None


def _folder_faults(filename: str, folder: str) -> Iterator[BodegaError]:
    name, _, version = folder.rpartition("-")
    try:
        expected, expected_version = _parsed(filename)
    except (InvalidSdistFilename, FilenameFault):
        return
    if normalize(name or folder) != expected or _version(version) != expected_version:
        yield FilenameFault(f"the folder {folder[:80]!r} in {filename} is that of another release")


def _metadata_faults(
    upload: Upload, metadata: UploadMetadata, named: tuple[str, Version]
) -> Iterator[BodegaError]:
    name, version = named
    if normalize(metadata.name) != name:
        yield MetadataFault(f"the metadata in {upload.filename} is that of {metadata.name[:80]!r}")
    if _version(metadata.version) != version:
        yield MetadataFault(f"the metadata in {upload.filename} is that of version {metadata.version[:80]!r}")


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None
