"""The JSON API's documents of one view as bytes: made of a page and one release's core metadata, and kept."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from time import time
from urllib.parse import unquote

from packaging.metadata import RawMetadata

from bodega.content.blob_store import BlobStore
from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.formats.raw_metadata import read_raw_metadata
from bodega.index.upstream.errors import UpstreamUnavailableError
from bodega.index.upstream.views import HOLDS, Advisories
from bodega.index.views.errors import ReleaseNotFoundError
from bodega.index.views.index_view import IndexView, ViewedFile
from bodega.index.views.project_json import ReaderRoot, Shown, project_document
from bodega.index.views.releases import Release, newest, of_version, releases
from bodega.simple_api.codings import encode
from bodega.simple_api.negotiate import Coding
from bodega.simple_api.pages import ProjectFile, ProjectPage

MEMORY_BYTES = 16 << 20
#: Files of a release asked for their metadata before it is shown without.
_MOST_TRIES = 3
#: An sdist longer than this is not fetched for its PKG-INFO alone.
_MOST_SDIST = 16 << 20

#: Reads the PKG-INFO of a stored sdist of that file name; raises BodegaError.
SdistMetadata = Callable[[Digest, str], bytes]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which document: of a project, or of one of its releases, for a reader who reaches us at that root."""

    name: NormalizedName
    version: str | None
    root: ReaderRoot


@dataclass(frozen=True, slots=True)
class DocumentBytes:
    """A document in one coding. ``etag`` is strong and of this coding, with its quotes.

    ``valid_until``, in seconds since the epoch, is when its page changes by itself, or what is known against
    a release is asked for again; ``None`` for never.
    """

    fingerprint: str
    etag: str
    body: bytes
    serial: int | None
    valid_until: float | None = None


class ProjectDocuments:
    """The documents of one view. Every method may be called from any thread."""

    def __init__(self, view: IndexView, blobs: BlobStore, read_sdist: SdistMetadata) -> None:
        self._view = view
        self._blobs = blobs
        self._read_sdist = read_sdist
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Wanted, Coding], DocumentBytes] = OrderedDict()
        self._left = MEMORY_BYTES

    def document(self, wanted: Wanted, coding: Coding) -> DocumentBytes | None:
        """The document; ``None``: no such project. Raises ReleaseNotFoundError, UpstreamError."""
        tag = self._view.tag(wanted.name)
        if tag is None:
            return None
        with self._lock:
            kept = self._kept.get((wanted, coding))
            if kept is not None and kept.fingerprint == tag.fingerprint and _is_valid(kept):
                self._kept.move_to_end((wanted, coding))
                return kept
        found = self._view.page(wanted.name)
        if found is None:
            return None
        # Asked before the page was read: what changed meanwhile is made again, never missed.
        until = time() + HOLDS
        if found[0].changes_at is not None:
            until = min(until, found[0].changes_at)
        made = replace(self._made(wanted, found[1], tag.fingerprint, coding), valid_until=until)
        self._keep((wanted, coding), made)
        return made

    def _made(self, wanted: Wanted, page: ProjectPage, fingerprint: str, coding: Coding) -> DocumentBytes:
        found = releases(page)
        chosen = newest(found) if wanted.version is None else of_version(found, wanted.version)
        if chosen is None:
            raise ReleaseNotFoundError(wanted.name, wanted.version)
        shown = Shown(
            page=page,
            releases=found,
            chosen=chosen,
            metadata=self._metadata(chosen),
            advisories=self._advisories(chosen),
        )
        document = project_document(shown, wanted.root, with_releases=wanted.version is None)
        text = json.dumps(document, ensure_ascii=False, check_circular=False, separators=(",", ":"))
        body = text.encode("utf-8", "replace")
        seal = hashlib.sha256(body, usedforsecurity=False).hexdigest()[:32]
        return DocumentBytes(fingerprint, f'"{seal}-{coding}"', encode(body, coding), page.serial)

    def _advisories(self, release: Release) -> Advisories | None:
        """What is known against it, by who has its first file that is given out."""
        for file in release.files:
            try:
                viewed = self._viewed(file)
            except BodegaError:
                continue
            if viewed is not None:
                return viewed.advisories(release.version)
        return ()

    def _viewed(self, file: ProjectFile) -> ViewedFile | None:
        return self._view.file(*(unquote(part) for part in file.url.split("/")[-2:]))

    def _metadata(self, release: Release) -> RawMetadata:
        """The release's core metadata; empty where no file gives any. An upstream that is silent is said."""
        for file in _in_order(release):
            try:
                document = self._document(file)
            except UpstreamUnavailableError:
                raise
            except BodegaError:
                continue
            if document is not None:
                return read_raw_metadata(document)
        return {}

    def _document(self, file: ProjectFile) -> bytes | None:
        key, filename = (unquote(part) for part in file.url.split("/")[-2:])
        viewed = self._view.file(key, filename)
        if viewed is None:
            return None
        if filename.endswith(".whl"):
            return b"".join(self._blobs.read(viewed.metadata_kept() or viewed.metadata()))
        return self._read_sdist(viewed.kept() or viewed.fetch().wait(), filename)

    def _keep(self, key: tuple[Wanted, Coding], made: DocumentBytes) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._left += len(before.body) if before else 0
            if len(made.body) > MEMORY_BYTES // 4:
                return
            self._kept[key] = made
            self._left -= len(made.body)
            while self._left < 0:
                _, oldest = self._kept.popitem(last=False)
                self._left += len(oldest.body)


def _is_valid(kept: DocumentBytes) -> bool:
    return kept.valid_until is None or time() < kept.valid_until


def _in_order(release: Release) -> Iterator[ProjectFile]:
    """Files that may tell the metadata, the cheapest first: wheels whose document is offered, small ones."""
    wheels = [file for file in release.files if file.filename.endswith(".whl")]
    wheels.sort(key=lambda file: (file.core_metadata is None, file.size or 0))
    sdists = [
        file
        for file in release.files
        if file.filename.endswith(".tar.gz") and file.size is not None and file.size <= _MOST_SDIST
    ]
    yield from [*wheels[:_MOST_TRIES], *sdists[:1]]
