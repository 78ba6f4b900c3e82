"""Files that whoever runs the index takes in from a folder: examined as uploads are, but without a form.

What a folder claims about them (a page beside it, the time of a file) is not believed: the archive says
what it is, and the time is now.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    parse_sdist_filename,
    parse_wheel_filename,
)

from bodega.content.blob_store import BlobStore, BlobWriter
from bodega.formats.digests import sha256
from bodega.formats.errors import BodegaError
from bodega.index.catalog.accept import Acceptance
from bodega.index.catalog.errors import CatalogError, FilenameFault, UploadRefusedError
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.views import CatalogViews


class ImportUnreadableError(CatalogError):
    """A file that was to be taken in cannot be read."""

    code = "E-IMPORT-UNREADABLE"

    def __init__(self, filename: str, reason: str) -> None:
        super().__init__(f"{filename[:200]!r} cannot be read", why=reason)
        self.filename = filename
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that lies somewhere; ``pieces`` reads it from its beginning, and may raise OSError."""

    filename: str
    pieces: Callable[[], Iterator[bytes]]


class Importing:
    """Takes files into one index; may be used from several threads."""

    def __init__(self, acceptance: Acceptance, blobs: BlobStore, views: CatalogViews, by: str) -> None:
        self._acceptance = acceptance.into_closed()
        self._blobs = blobs
        self._views = views
        self._by = by

    def take(self, file: Incoming) -> bool:
        """Publish a file; says whether it is new. The same bytes under the same name change nothing.

        Raises UploadRefusedError, FileAlreadyExistsError, ProjectClosedError, ImportUnreadableError,
        StorageFullError, DatabaseUnavailableError; then nothing of it is kept.
        """
        named = _form(file.filename)
        try:
            if self._is_there(file):
                return False
            with self._blobs.writer() as writer:
                upload = _copied(file, writer, named)
                accepted = self._acceptance.accept_upload(upload, writer, by=self._by, may=_anybody)
        except OSError as error:
            raise ImportUnreadableError(file.filename, error.strerror or str(error)) from error
        return accepted.is_new

    def _is_there(self, file: Incoming) -> bool:
        """Whether these very bytes are published: told by reading alone, so that a second import is cheap."""
        hasher = hashlib.sha256()
        for piece in file.pieces():
            hasher.update(piece)
        return self._views.file(sha256(hasher.hexdigest()), file.filename) is not None


def _copied(file: Incoming, writer: BlobWriter, named: dict[str, str]) -> Upload:
    """The file in the store's staging, with the form that its own name and bytes give."""
    md5, blake2 = hashlib.md5(usedforsecurity=False), hashlib.blake2b(digest_size=32)
    for piece in file.pieces():
        writer.write(piece)
        md5.update(piece)
        blake2.update(piece)
    digests = {
        "md5": md5.hexdigest(),
        "sha256": writer.digest().value,
        "blake2_256": blake2.hexdigest(),
    }
    form = {**named, "sha256_digest": digests["sha256"]}
    return Upload(
        filename=file.filename,
        fields={field: (value,) for field, value in form.items()},
        path=writer.path(),
        size=writer.size,
        digests=digests,
    )


def _form(filename: str) -> dict[str, str]:
    """What a client would have said of a file of that name; raises UploadRefusedError."""
    try:
        if filename.endswith(".whl"):
            name, version, _, _ = parse_wheel_filename(filename)
        else:
            name, version = parse_sdist_filename(filename)
    except (InvalidWheelFilename, InvalidSdistFilename) as error:
        fault: BodegaError = FilenameFault(" ".join(str(error).split())[:300])
        raise UploadRefusedError(filename, [fault]) from None
    return {
        ":action": "file_upload",
        "protocol_version": "1",
        "filetype": "bdist_wheel" if filename.endswith(".whl") else "sdist",
        "name": name,
        "version": str(version),
    }


def _anybody(_project: str) -> None:
    """Whoever runs the index may publish every project."""
