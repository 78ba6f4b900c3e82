"""The view of our own projects: what the catalogue has published."""

import math
from collections.abc import Collection, Iterator

from bodega.formats.digests import Digest, InvalidDigestError, sha256
from bodega.formats.names import NormalizedName
from bodega.index.catalog.views import CatalogViews, FoundFile
from bodega.index.upstream.views import Advisories, Enrich, Flight
from bodega.index.views.errors import FileGoneError, FileNotFoundHereError, MetadataNotFoundError
from bodega.index.views.index_view import ABSENT, Answer, ListMark, PageTag
from bodega.simple_api.pages import ListedProject, ProjectPage
from bodega.simple_api.render import RENDERER_VERSION


class OwnIndex:
    """Implements IndexView over the catalogue."""

    def __init__(self, catalog: CatalogViews, enrich: Enrich) -> None:
        self._catalog = catalog
        self._enrich = enrich

    def at_once(self, name: NormalizedName) -> Answer:
        """The project's serial decides: one look-up, so that a reader sees what was just written."""
        tag = self.tag(name)
        return ABSENT if tag is None else Answer(sure=True, tag=tag)

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The current state."""
        serial = self._catalog.project_serial(name)
        return None if serial is None else _tag(serial)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page and its tag."""
        page = self._catalog.project_page(name)
        return None if page is None else (_tag(page.serial or 0), self._enrich(page))

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Our projects."""
        return self._catalog.listed(low, below)

    def list_mark(self) -> ListMark:
        """The last serial."""
        return ListMark(serial=self._catalog.last_serial())

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """Projects whose serial is later."""
        return self._catalog.changed_since(mark.serial, most)

    def file(self, key: str, filename: str) -> "OwnFile | None":
        """A published file; raises FileGoneError."""
        try:
            digest = sha256(key)
        except InvalidDigestError:
            return None
        found = self._catalog.file(digest, filename)
        if found is None:
            return None
        if found.deleted_at is not None:
            raise FileGoneError(filename, found.deleted_at)
        return OwnFile(digest, found)


class OwnFile:
    """Implements ViewedFile: a published file is always in the blob store."""

    #: Nothing that we published ourselves is held back.
    available_at = None

    def __init__(self, digest: Digest, found: FoundFile) -> None:
        self._digest = digest
        self._file = found.file
        self.project = found.project
        self.filename = found.file.filename

    @property
    def size(self) -> int | None:
        """Its length in bytes."""
        return self._file.size

    def kept(self) -> Digest | None:
        """Its digest."""
        return self._digest

    def fetch(self) -> Flight:
        """There is nowhere to fetch it from."""
        raise FileNotFoundHereError(self._file.filename)

    def metadata_kept(self) -> Digest | None:
        """The digest of its core metadata."""
        offer = self._file.core_metadata
        value = offer.hashes.get("sha256") if offer else None
        return sha256(value) if value else None

    def advisories(self, _version: str) -> Advisories:
        """Nobody says anything against what is our own."""
        return ()

    def provenance_kept(self) -> Digest | None:
        """The digest of its provenance object."""
        value = self._file.provenance_sha256
        return sha256(value) if value else None

    def metadata(self) -> Digest:
        """The same; raises MetadataNotFoundError for what is not a wheel."""
        kept = self.metadata_kept()
        if kept is None:
            raise MetadataNotFoundError(self._file.filename)
        return kept


def _tag(serial: int) -> PageTag:
    return PageTag(f"own-{RENDERER_VERSION}-{serial}", holds_for=math.inf)
