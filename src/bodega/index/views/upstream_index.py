"""The view of an upstream, read through."""

from collections.abc import Collection, Iterator

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.upstream.views import (
    Advisories,
    Flight,
    PageStanding,
    SeenFile,
    UpstreamAdvisories,
    UpstreamFiles,
    UpstreamMetadata,
    UpstreamPages,
)
from bodega.index.views.errors import MetadataNotFoundError
from bodega.index.views.index_view import UNSURE, Answer, ListMark, PageTag
from bodega.simple_api.pages import ListedProject, ProjectPage

#: An answer says how long it is fresh, in whole seconds: no older than this is it given again.
_REPEATED_FOR = 1.0


class UpstreamIndex:
    """Implements IndexView over an upstream."""

    def __init__(
        self,
        pages: UpstreamPages,
        files: UpstreamFiles,
        metadata: UpstreamMetadata,
        *,
        advisories: UpstreamAdvisories,
    ) -> None:
        self._pages = pages
        self._files = files
        self._metadata = metadata
        self._advisories = advisories

    def at_once(self, name: NormalizedName) -> Answer:
        """What this process knows of the page."""
        sure, standing = self._pages.at_once(name)
        return Answer(sure=True, tag=_tag_or_none(standing)) if sure else UNSURE

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The current state."""
        return _tag_or_none(self._pages.standing(name))

    def refresh(self, name: NormalizedName) -> tuple[ProjectPage | None, ProjectPage | None]:
        """Ask the upstream now; the page before and after. Raises UpstreamError."""
        return self._pages.refresh(name)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page and its tag."""
        found = self._pages.page(name)
        if found is None:
            return None
        standing, page = found
        return _tag(standing), page

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects that were asked for through us."""
        return self._pages.listed(low, below)

    def list_mark(self) -> ListMark:
        """Counts what was seen of the list."""
        return ListMark(seen=self._pages.list_mark())

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """Projects that were first asked for, changed or vanished later."""
        return self._pages.listed_since(mark.seen, most)

    def file(self, key: str, filename: str) -> "UpstreamFile | None":
        """A file that the upstream was seen to have."""
        seen = self._files.seen(key, filename)
        return (
            None
            if seen is None
            else UpstreamFile(seen, self._files, self._metadata, advisories=self._advisories)
        )


class UpstreamFile:
    """Implements ViewedFile: kept, or to be fetched."""

    def __init__(
        self,
        seen: SeenFile,
        files: UpstreamFiles,
        metadata: UpstreamMetadata,
        *,
        advisories: UpstreamAdvisories,
    ) -> None:
        self._advisories = advisories
        self._seen = seen
        self.project = seen.project
        self.filename = seen.filename
        self.available_at = seen.available_at or seen.first_seen
        self.seen_serial = seen.seen_serial or 0
        self._files = files
        self._metadata = metadata

    @property
    def size(self) -> int | None:
        """Its length in bytes, when the upstream told it or it was fetched."""
        return self._seen.size

    def kept(self) -> Digest | None:
        """Its digest, if it is here."""
        return self._files.kept(self._seen)

    def fetch(self) -> Flight:
        """Its download."""
        return self._files.fetch(self._seen)

    def metadata_kept(self) -> Digest | None:
        """The digest of its core metadata, if that is here."""
        return self._metadata.kept(self._seen) if self._seen.is_wheel else None

    def advisories(self, version: str) -> Advisories | None:
        """What the upstream says."""
        return self._advisories.of(self.project, version)

    def provenance_kept(self) -> Digest | None:
        """None: pages say where the upstream has it."""
        return None

    def metadata(self) -> Digest:
        """The digest of its core metadata, asked for or read from the wheel."""
        if not self._seen.is_wheel:
            raise MetadataNotFoundError(self._seen.filename)
        return self._metadata.of(self._seen)


def _tag(standing: PageStanding) -> PageTag:
    return PageTag(standing.fingerprint, standing.fresh_for, min(standing.fresh_for, _REPEATED_FOR))


def _tag_or_none(standing: PageStanding | None) -> PageTag | None:
    return None if standing is None else _tag(standing)
