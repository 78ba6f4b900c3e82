"""Files that whoever runs the index takes in from a folder: examined as uploads are, but without a form.

What a folder claims about them (a page beside it, the time of a file) is not believed: the archive says
what it is, and the time is now.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from bodega.content.blob_store import BlobNotFoundError, BlobStore, BlobWriter
from bodega.formats.digests import Digest, sha256
from bodega.index.catalog.accept import Acceptance
from bodega.index.catalog.errors import CatalogError
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_filename import named_file
from bodega.index.catalog.upload_form import Upload
from bodega.index.catalog.upload_rules import UploadRules
from bodega.index.catalog.views import CatalogViews

#: What became of a file: new here, here already, or here already and given back bytes that were lost.
Taken = Literal["published", "there", "restored"]
_RULES = UploadRules(is_new=False)


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

    def take(self, file: Incoming) -> Taken:
        """Publish a file. The same bytes under the same name change nothing, but mend what has lost them.

        Raises UploadRefusedError, FileAlreadyExistsError, ProjectClosedError, ImportUnreadableError,
        StorageFullError, DatabaseUnavailableError; then nothing of it is kept.
        """
        form = _form(file.filename)
        try:
            # By reading alone, so that a second import is cheap.
            digest, size = _digest(file)
            if self._views.file(digest, file.filename) is not None:
                return self._restored(file, digest, size)
            with self._blobs.writer() as writer:
                upload = _copied(file, writer, form)
                accepted = self._acceptance.accept_upload(upload, writer, by=self._by, may=_anybody)
        except OSError as error:
            raise ImportUnreadableError(file.filename, error.strerror or str(error)) from error
        return "published" if accepted.is_new else "there"

    def _restored(self, file: Incoming, digest: Digest, size: int) -> Taken:
        """Put the bytes back where the store has lost them, or some of them."""
        try:
            if self._blobs.size(digest) == size:
                return "there"
        except BlobNotFoundError:
            pass
        with self._blobs.writer() as writer:
            for piece in file.pieces():
                writer.write(piece)
            writer.commit(digest)
        return "restored"


def _digest(file: Incoming) -> tuple[Digest, int]:
    hasher, size = hashlib.sha256(), 0
    for piece in file.pieces():
        hasher.update(piece)
        size += len(piece)
    return sha256(hasher.hexdigest()), size


def _copied(file: Incoming, writer: BlobWriter, form: dict[str, str]) -> Upload:
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
    form = {**form, "sha256_digest": digests["sha256"]}
    return Upload(
        filename=file.filename,
        fields={field: (value,) for field, value in form.items()},
        path=writer.path(),
        size=writer.size,
        digests=digests,
    )


def _form(filename: str) -> dict[str, str]:
    """What a client would have said of a file of that name; raises UploadRefusedError."""
    faults = Faults(filename)
    named = named_file(filename, faults, _RULES)
    if named is None:
        raise faults.refusal()
    return {
        ":action": "file_upload",
        "protocol_version": "1",
        "filetype": named.filetype,
        "name": named.name,
        "version": str(named.version),
    }


def _anybody(_project: str) -> None:
    """Whoever runs the index may publish every project."""
