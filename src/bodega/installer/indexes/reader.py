"""Project pages and core metadata over the configured indexes, first index first."""

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol
from urllib.parse import urljoin

from bodega.formats.digests import Digest, best_digest
from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.downloads import Downloads
from bodega.installer.indexes.errors import (
    IndexFailedError,
    OfflineError,
    UnhashedFileError,
    WrongHashError,
)
from bodega.installer.indexes.freshness import fresh_seconds
from bodega.installer.indexes.kept_metadata import KeptMetadata
from bodega.installer.indexes.kept_pages import KeptHeaders, KeptPages, fingerprint
from bodega.installer.indexes.merging import merged
from bodega.installer.indexes.places import local_path
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.indexes.refusals import REFUSALS, detail, refused
from bodega.simple_api.pages import ProjectFile, ProjectPage
from bodega.simple_api.transport import Answer, Transport

#: The spec asks for JSON first; HTML stays acceptable for the indexes that know nothing else.
ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"
#: The largest pages of real indexes have some 20 MB; this bounds what a hostile one costs.
MOST_PAGE_BYTES = 64 << 20
MOST_METADATA_BYTES = 32 << 20
_OK = 200
_NOT_MODIFIED = 304
_NOT_FOUND = frozenset({404, 410})

#: Body, content type and base URL to a page with absolute file URLs.
PageParser = Callable[[bytes, str, str, NormalizedName], ProjectPage]
#: Path and file name of a wheel to its METADATA.
MetadataReader = Callable[[str, str], bytes]


class Settings(Protocol):
    """What the reader is told."""

    @property
    def indexes(self) -> Sequence[str]:
        """Base URLs ending in ``/``, in the order to be asked."""

    @property
    def pins(self) -> Mapping[NormalizedName, str]:
        """Projects that come from one index alone, by its base URL; it may be one of no others."""

    @property
    def offline(self) -> bool:
        """Use what is kept, however old, and never the network."""

    @property
    def refresh(self) -> frozenset[str]:
        """Normalized names of projects that are asked for anew, or ``:all:``."""

    @property
    def merges(self) -> bool:
        """Whether the files of all indexes count, instead of those of the first that knows a project."""


class Reader:
    """Implements ``indexes.ports.IndexReader``."""

    def __init__(
        self,
        transport: Transport,
        settings: Settings,
        *,
        pages: KeptPages,
        metadata: KeptMetadata,
        sources: "Sources",
    ) -> None:
        self._transport = transport
        self._settings = settings
        self._pages = pages
        self._metadata = metadata
        self._sources = sources

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The first index's page, if kept and fresh; with several indexes the later ones need asking."""
        indexes = self._indexes_of(name)
        if not indexes or (self._settings.merges and len(indexes) > 1):
            return None
        kept = self._pages.headers(indexes[0], name)
        if kept is None or not self._is_fresh(name, kept):
            return None
        return self._kept_page(indexes[0], name, kept)

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The page of the first index that knows the project, or of all, where they are merged."""
        found: list[IndexPage] = []
        for index in self._indexes_of(name):
            page = self._page_of(index, name)
            if page is not None and not self._settings.merges:
                return page
            if page is not None:
                found.append(page)
        return merged(found) if found else None

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The pages of the indexes behind ``index``."""
        indexes = list(self._indexes_of(name))
        if self._settings.merges or index not in indexes:
            return ()
        later = (self._page_of(one, name) for one in indexes[indexes.index(index) + 1 :])
        return tuple(page for page in later if page is not None)

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The kept core metadata of a wheel."""
        digest = best_digest(file.hashes)
        return self._metadata.get(digest) if digest else None

    def places(self) -> Sequence[str]:
        """The indexes, without credentials."""
        return tuple(without_credentials(index) for index in self._settings.indexes)

    def pin(self, name: NormalizedName) -> str | None:
        """The index that a project is bound to, without credentials."""
        pin = self._settings.pins.get(name)
        return None if pin is None else without_credentials(pin)

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """Keep the core metadata of a wheel that was looked into, in the place of what was said of it."""
        digest = best_digest(file.hashes)
        if digest is not None:
            self._metadata.keep(digest, document)

    def metadata(self, file: ProjectFile) -> bytes:
        """The verified core metadata of a wheel."""
        digest = best_digest(file.hashes)
        if digest is None:
            raise UnhashedFileError(file.filename, url=file.url)
        kept = self._metadata.get(digest)
        if kept is not None:
            return kept
        path = local_path(file.url)
        if path is not None:
            return self._sources.from_file(path, file.filename)
        if self._settings.offline:
            raise OfflineError(f"the metadata of {file.filename}")
        document = self._offered(file)
        if document is None:
            from bodega.installer.indexes.far_wheel import far_metadata  # noqa: PLC0415 - rarely needed

            document = far_metadata(self._transport, file) or self._sources.from_wheel(file)
        self._metadata.keep(digest, document)
        return document

    def _indexes_of(self, name: NormalizedName) -> Sequence[str]:
        pin = self._settings.pins.get(name)
        return self._settings.indexes if pin is None else (pin,)

    def _page_of(self, index: str, name: NormalizedName) -> IndexPage | None:
        kept = self._pages.headers(index, name)
        path = local_path(index)
        if path is not None:
            return self._local_page(path, index, name)
        if kept is not None and self._is_fresh(name, kept):
            return self._kept_page(index, name, kept)
        if self._settings.offline:
            return None
        url = urljoin(index, f"{name}/")
        with self._transport.get(url, _page_request(kept)) as answer:
            if answer.status in _NOT_FOUND:
                return None
            if answer.status == _NOT_MODIFIED and kept is not None:
                return self._renewed(index, name, kept, answer)
            _expect_page(answer)
            return self._arrived(index, name, answer)

    def _is_fresh(self, name: NormalizedName, kept: KeptHeaders) -> bool:
        if self._settings.offline:
            return True
        is_asked_anew = bool(self._settings.refresh & {name, ":all:"})
        return kept.fresh_until > time.time() and not is_asked_anew

    def _local_page(self, root: str, index: str, name: NormalizedName) -> IndexPage | None:
        """The page of an index that is a folder: ``PROJECT/index.html``, as mirrors are laid out."""
        path = os.path.join(root, name, "index.html")
        try:
            with open(path, "rb") as file:
                body = file.read()
        except OSError:
            return None
        url = f"{index.rstrip('/')}/{name}/"
        return IndexPage(self._sources.parse(body, "text/html", url, name), index, fingerprint(body, url))

    def _arrived(self, index: str, name: NormalizedName, answer: Answer) -> IndexPage:
        body = answer.read(MOST_PAGE_BYTES)
        headers = KeptHeaders(
            url=answer.url,
            content_type=answer.headers.get("content-type", ""),
            fingerprint=fingerprint(body, answer.url),
            fresh_until=time.time() + fresh_seconds(answer.headers),
            etag=answer.headers.get("etag", ""),
            last_modified=answer.headers.get("last-modified", ""),
        )
        page = self._sources.parse(body, headers.content_type, headers.url, name)
        self._pages.keep(index, name, headers, body)
        return IndexPage(page, index, headers.fingerprint)

    def _renewed(self, index: str, name: NormalizedName, kept: KeptHeaders, answer: Answer) -> IndexPage:
        renewed = KeptHeaders(
            url=kept.url,
            content_type=kept.content_type,
            fingerprint=kept.fingerprint,
            fresh_until=time.time() + fresh_seconds(answer.headers),
            etag=answer.headers.get("etag", kept.etag),
            last_modified=kept.last_modified,
        )
        self._pages.keep(index, name, renewed, None)
        return self._kept_page(index, name, renewed)

    def _kept_page(self, index: str, name: NormalizedName, kept: KeptHeaders) -> IndexPage:
        def load() -> ProjectPage:
            return self._sources.parse(self._pages.body(index, name), kept.content_type, kept.url, name)

        return IndexPage(load, index, kept.fingerprint)

    def _offered(self, file: ProjectFile) -> bytes | None:
        """The document at FILE``.metadata``: asked for even where it is not announced, as some serve it."""
        with self._transport.get(f"{file.url}.metadata", {"Accept-Encoding": "gzip"}) as answer:
            if answer.status != _OK:
                return None
            document = answer.read(MOST_METADATA_BYTES)
        offer = file.core_metadata
        expected = best_digest(offer.hashes) if offer else None
        if expected is not None:
            _check(file.filename, document, expected)
        elif offer is None and not document.lstrip().startswith(b"Metadata-Version:"):
            return None
        return document


class Sources:
    """Where pages and metadata come from once bytes are here: parsing, and whole wheels as a last resort."""

    def __init__(self, parse: PageParser, downloads: Downloads, read_metadata: MetadataReader) -> None:
        self.parse = parse
        self._downloads = downloads
        self._read_metadata = read_metadata

    def from_file(self, path: str, filename: str) -> bytes:
        """Read the METADATA of a wheel on this machine."""
        return self._read_metadata(path, filename)

    def from_wheel(self, file: ProjectFile) -> bytes:
        """Read the METADATA of a wheel that is fetched whole; should it be installed, it is at hand."""
        path = self._downloads.fetch(file)
        self._downloads.set_aside(file, path)
        return self._read_metadata(path, file.filename)


def _page_request(kept: KeptHeaders | None) -> dict[str, str]:
    headers = {"Accept": ACCEPT, "Accept-Encoding": "gzip"}
    if kept is not None and kept.etag:
        headers["If-None-Match"] = kept.etag
    elif kept is not None and kept.last_modified:
        headers["If-Modified-Since"] = kept.last_modified
    return headers


def _expect_page(answer: Answer) -> None:
    if answer.status == _OK:
        return
    if answer.status in REFUSALS:
        raise refused(answer)
    raise IndexFailedError(answer.url, detail=f"it answered {answer.status}: {detail(answer)}")


def _check(filename: str, document: bytes, expected: Digest) -> None:

    got = hashlib.new(expected.algorithm, document).hexdigest()
    if got != expected.value:
        raise WrongHashError(
            f"{filename}.metadata", expected=str(expected), got=f"{expected.algorithm}:{got}"
        )
