"""The fields of an upload's form: what must be there, what must not be twice, and the digests."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.formats.names import InvalidProjectNameError, normalize, project_name
from bodega.formats.versions import parse_version
from bodega.index.catalog.errors import (
    ActionGoneError,
    ContradictionFault,
    DigestFault,
    FilenameFault,
    FormFault,
)
from bodega.index.catalog.upload_filename import NamedFile

#: The form's digest fields and the digest each is of.
DIGEST_FIELDS = {"md5_digest": "md5", "sha256_digest": "sha256", "blake2_256_digest": "blake2_256"}
KINDS = {"bdist_wheel": "wheel", "sdist": "sdist"}
_GONE = ("submit", "submit_pkg_info", "doc_upload")
#: Fields of which a second one would be another meaning; all others may come again.
_ONCE = (
    ":action",
    "protocol_version",
    "filetype",
    "pyversion",
    "metadata_version",
    "name",
    "version",
    "summary",
    "description",
    "description_content_type",
    "requires_python",
    "license",
    "license_expression",
    "author",
    "author_email",
    "maintainer",
    "maintainer_email",
    "home_page",
    "download_url",
    "comment",
    "attestations",
    *DIGEST_FIELDS,
)


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


def refuse_gone_actions(action: str) -> None:
    """Raise ActionGoneError for what old clients asked of an index."""
    if action in _GONE:
        raise ActionGoneError(action)


def form_faults(upload: Upload) -> Iterator[BodegaError]:
    """What is wrong with the form by itself."""
    for field in _ONCE:
        if len(upload.fields.get(field, ())) > 1:
            yield FormFault(f"the field {field} is given more than once")
    if upload.field(":action") != "file_upload":
        yield FormFault(f"the field :action is {upload.field(':action')[:40]!r} instead of 'file_upload'")
    if upload.field("protocol_version") not in ("", "1"):
        yield FormFault("the field protocol_version is not 1")
    if upload.field("filetype") not in KINDS:
        yield FormFault(f"the field filetype is {upload.field('filetype')[:40]!r}, not bdist_wheel or sdist")
    try:
        project_name(upload.field("name"))
    except InvalidProjectNameError as error:
        yield error
    if parse_version(upload.field("version")) is None:
        shown = upload.field("version")[:80]
        yield FormFault(f"the field version is {shown!r}, which is no version (PEP 440)")


def digest_faults(upload: Upload) -> Iterator[BodegaError]:
    """Digests that are not those of the bytes, and having none."""
    if not any(upload.field(field) for field in DIGEST_FIELDS):
        yield FormFault("none of md5_digest, sha256_digest and blake2_256_digest is given")
    for field, algorithm in DIGEST_FIELDS.items():
        given = upload.field(field)
        if given and not _is_digest(given, upload.digests[algorithm]):
            yield DigestFault(f"the bytes are not those of {field} {given[:140]!r}")


def name_faults(upload: Upload, named: NamedFile) -> Iterator[BodegaError]:
    """Where form and file name speak of different files."""
    if upload.field("filetype") in KINDS and upload.field("filetype") != named.filetype:
        yield FilenameFault(
            f"{upload.filename} is not the name of a file of type {upload.field('filetype')!r}"
        )
    if normalize(upload.field("name")) != named.name:
        yield FilenameFault(f"{upload.filename} is not a file of the project {upload.field('name')[:80]!r}")
    if parse_version(upload.field("version")) not in (named.version, None):
        yield FilenameFault(f"{upload.filename} is not a file of version {upload.field('version')[:80]!r}")
    if named.filetype == "sdist" and upload.field("pyversion") not in ("", "source"):
        yield ContradictionFault("the field pyversion of a source distribution is not 'source'")


def _is_digest(given: str, value: str) -> bool:
    """Whether the text is the digest, in hexadecimal or, as some clients write it, in URL-safe base 64."""
    base64 = urlsafe_b64encode(bytes.fromhex(value)).rstrip(b"=").decode()
    return given.lower() == value or given.rstrip("=") == base64
