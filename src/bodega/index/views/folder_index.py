"""The view of a folder of wheels and sdists: read-only, and always what lies there."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress

from bodega.content.blob_store import BlobNotFoundError, BlobStore
from bodega.formats.digests import Digest, InvalidDigestError, sha256
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import version_key
from bodega.index.upstream.views import Advisories, Flight
from bodega.index.views.errors import FileNotFoundHereError, MetadataNotFoundError
from bodega.index.views.folder_files import FolderFile, FolderFiles
from bodega.index.views.index_view import ABSENT, Answer, ListMark, PageTag
from bodega.simple_api.pages import ListedProject, MetadataOffer, ProjectFile, ProjectPage
from bodega.simple_api.render import RENDERER_VERSION


class FolderIndex:
    """Implements IndexView over a folder; core metadata goes to the blob store when it is asked for."""

    def __init__(self, files: FolderFiles, blobs: BlobStore) -> None:
        self._files = files
        self._blobs = blobs
        self._tags: dict[NormalizedName, tuple[Sequence[FolderFile], PageTag]] = {}

    def at_once(self, name: NormalizedName) -> Answer:
        """What lies there decides."""
        tag = self.tag(name)
        return ABSENT if tag is None else Answer(sure=True, tag=tag)

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The current state."""
        files = self._files.project(name)
        return self._tag(name, files) if files else None

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page and its tag, files of old versions first."""
        files = self._files.project(name)
        if not files:
            return None
        ordered = sorted(files, key=lambda file: (version_key(file.version) or (), file.filename))
        page = ProjectPage(
            name=name,
            files=tuple(map(_listed, ordered)),
            versions=tuple(dict.fromkeys(file.version for file in ordered)),
        )
        return self._tag(name, files), page

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """The projects that have files."""
        names = self._files.names()
        for name in sorted(names):
            if name >= low and (below is None or name < below):
                yield ListedProject(name, names[name])

    def list_mark(self) -> ListMark:
        """Changes with the projects; no serial counts them."""
        return ListMark(rules=self._files.state())

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:  # noqa: ARG002 - as the port has it
        """Nothing, as long as the mark is of these projects."""
        return () if self._files.state() in mark.rules else None

    def file(self, key: str, filename: str) -> "ServedFile | None":
        """A file that lies there."""
        try:
            found = self._files.file(sha256(key), filename)
        except InvalidDigestError:
            return None
        return None if found is None else ServedFile(found, self._files, self._blobs)

    def _tag(self, name: NormalizedName, files: Sequence[FolderFile]) -> PageTag:
        known = self._tags.get(name)
        if known is None or known[0] is not files:
            known = self._tags[name] = (files, PageTag(_fingerprint(files)))
        return known[1]


class ServedFile:
    """Implements ViewedFile: its bytes stay in the folder, which the blob store that is served looks into."""

    #: What somebody put into the folder is not held back.
    available_at = None

    def __init__(self, file: FolderFile, files: FolderFiles, blobs: BlobStore) -> None:
        self._file = file
        self._files = files
        self._blobs = blobs
        self.project = file.project
        self.filename = file.filename

    @property
    def size(self) -> int | None:
        """Its length in bytes."""
        return self._file.size

    def kept(self) -> Digest | None:
        """Its digest, while it lies there unchanged."""
        is_there = self._files.file(self._file.digest, self.filename) is not None
        return self._file.digest if is_there else None

    def fetch(self) -> Flight:
        """There is nowhere to fetch it from."""
        raise FileNotFoundHereError(self.filename)

    def metadata_kept(self) -> Digest | None:
        """The digest of its core metadata, once that was read."""
        digest = self._file.metadata
        with suppress(BlobNotFoundError):
            if digest is not None and self._blobs.size(digest) >= 0:
                return digest
        return None

    def advisories(self, _version: str) -> Advisories:
        """Nobody says anything against what is our own."""
        return ()

    def provenance_kept(self) -> Digest | None:
        """A folder tells nothing of where its files come from."""
        return None

    def metadata(self) -> Digest:
        """Read its core metadata; raises MetadataNotFoundError, and FileNotFoundHereError when it changed."""
        digest = self._file.metadata
        if digest is None:
            raise MetadataNotFoundError(self.filename)
        with self._blobs.writer() as writer:
            writer.write(self._files.document(self._file))
            if writer.digest() != digest:
                raise FileNotFoundHereError(self.filename)
            return writer.commit(digest)


def _listed(file: FolderFile) -> ProjectFile:
    return ProjectFile(
        filename=file.filename,
        url=f"../../files/{file.digest.value}/{file.filename}",
        hashes={"sha256": file.digest.value},
        size=file.size,
        upload_time=file.modified,
        requires_python=file.requires_python,
        core_metadata=MetadataOffer({"sha256": file.metadata.value}) if file.metadata else None,
    )


def _fingerprint(files: Sequence[FolderFile]) -> str:
    """The same for the same files, also after a restart: rendered pages are kept by it."""
    told = sorted((file.filename, file.digest.value, file.modified.isoformat()) for file in files)
    seal = hashlib.sha256(repr(told).encode(), usedforsecurity=False).hexdigest()[:32]
    return f"folder-{RENDERER_VERSION}-{seal}"
