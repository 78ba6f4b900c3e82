"""Why the catalogue refuses an upload. Its faults come together, in ``UploadRefusedError``."""

from collections.abc import Sequence
from datetime import date

from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError


class CatalogError(BodegaError):
    """The root of the reasons of this context."""

    code = "E-CATALOG"


class FileAlreadyExistsError(CatalogError):
    """The file name was used before, for other bytes or for a file that is gone.

    The text begins as the public index's does: clients look for it to skip what is there already.
    """

    code = "E-FILE-EXISTS"

    def __init__(self, filename: str, *, stored: Digest, offered: Digest) -> None:
        before = "other bytes" if stored != offered else "a file that is gone, or written in another way"
        super().__init__(
            f"File already exists: {filename} was used for {before}, and a file name is never reused",
            why=f"stored is {stored}, offered is {offered}" if stored != offered else None,
        )
        self.filename = filename
        self.stored = stored
        self.offered = offered


class ProjectClosedError(CatalogError):
    """The project takes no new files in its status (PEP 792)."""

    code = "E-PROJECT-CLOSED"

    def __init__(self, project: str, *, status: str, reason: str | None) -> None:
        super().__init__(f"{project} is {status} and takes no new files", why=reason)
        self.project = project
        self.status = status


class ProjectQuarantinedError(CatalogError):
    """The project is quarantined: none of its files is given out (PEP 792)."""

    code = "E-PROJECT-QUARANTINED"

    def __init__(self, project: str, reason: str | None) -> None:
        super().__init__(f"{project} is quarantined", why=reason or None)
        self.project = project


class ReleaseClosedError(CatalogError):
    """The release is too old to take new files."""

    code = "E-RELEASE-CLOSED"

    def __init__(self, project: str, version: str, *, closed: date, days: int) -> None:
        super().__init__(
            f"{project} {version} takes no new files since {closed:%Y-%m-%d}",
            why=f"a release of this index is closed {days} days after its first file; publish a new version",
        )
        self.project = project
        self.version = version
        self.closed = closed


class UploadFault(CatalogError):  # noqa: N818 - one of several, gathered in UploadRefusedError
    """One thing that is wrong with an upload."""

    code = "E-UPLOAD-INVALID"


class FormFault(UploadFault):
    """A field of the form is missing or makes no sense."""

    code = "E-UPLOAD-FORM"


class FilenameFault(UploadFault):
    """The file name does not follow the rules of its kind (PEP 427, PEP 625)."""

    code = "E-UPLOAD-FILENAME"


class DigestFault(UploadFault):
    """The bytes are not those that the form says."""

    code = "E-UPLOAD-DIGEST"


class ArchiveFault(UploadFault):
    """The archive is damaged, unsafe, or not what it claims to be."""

    code = "E-UPLOAD-ARCHIVE"


class MetadataFault(UploadFault):
    """The metadata inside the file is invalid, or that of another release."""

    code = "E-UPLOAD-METADATA"


class ContradictionFault(UploadFault):
    """The form says something else than the file."""

    code = "E-UPLOAD-CONTRADICTION"


class ClassifierFault(UploadFault):
    """A classifier is not one of the known, and this index takes those alone."""

    code = "E-UPLOAD-CLASSIFIER"


class ActionGoneError(CatalogError):
    """The form asks for something that old clients did and no index does any more."""

    code = "E-ACTION-GONE"

    def __init__(self, action: str) -> None:
        super().__init__(f"the action {action} is gone", why="a release is made by uploading its files")
        self.action = action


class UploadRefusedError(CatalogError):
    """An upload with faults; nothing of it was kept."""

    code = "E-UPLOAD-REFUSED"

    def __init__(self, filename: str, faults: Sequence[BodegaError]) -> None:
        self.filename = filename
        self.faults = tuple(faults)
        # Clients print the reason phrase, which is one line, or the body, which has a line for each.
        super().__init__("; ".join(self.lines()))

    def lines(self) -> list[str]:
        """Each fault in words, with its code."""
        return [
            f"{fault.what}{f': {fault.why}' if fault.why else ''} [{fault.code}]" for fault in self.faults
        ]
