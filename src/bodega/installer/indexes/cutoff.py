"""``--uploaded-prior-to``: what came later, or nobody knows when, is not offered, and the reason is told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bodega.formats.filenames import file_version
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.simple_api.pages import HiddenFile, ProjectFile

CODE = "E-POLICY-CUTOFF"


class CutoffReader:
    """Implements ``indexes.ports.IndexReader`` over another one; ``moment`` is aware.

    Files on this machine have no upload time and are what the user has chosen: they stay.
    """

    def __init__(self, inner: IndexReader, moment: datetime) -> None:
        self._inner = inner
        self._moment = moment

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The inner reader's kept page, cut."""
        page = self._inner.cached_page(name)
        return None if page is None else self._cut(page)

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The inner reader's page, cut."""
        page = self._inner.page(name)
        return None if page is None else self._cut(page)

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The inner reader's pages, cut."""
        return tuple(self._cut(page) for page in self._inner.later_pages(name, index))

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The kept core metadata of a wheel."""
        return self._inner.cached_metadata(file)

    def places(self) -> Sequence[str]:
        """The inner reader's."""
        return self._inner.places()

    def pin(self, name: NormalizedName) -> str | None:
        """The inner reader's."""
        return self._inner.pin(name)

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """Keep the core metadata of a wheel that was looked into, in the place of what was said of it."""
        self._inner.correct_metadata(file, document)

    def metadata(self, file: ProjectFile) -> bytes:
        """The core metadata of a wheel."""
        return self._inner.metadata(file)

    def _cut(self, page: IndexPage) -> IndexPage:
        kept, hidden = [], list(page.page.hidden)
        for file in page.page.files:
            reason = self._reason(file)
            if reason is None:
                kept.append(file)
            else:
                version = file_version(file.filename, page.page.name)
                hidden.append(HiddenFile(filename=file.filename, version=version, code=CODE, reason=reason))
        cut = replace(page.page, files=tuple(kept), hidden=tuple(hidden))
        return IndexPage(cut, page.index, f"{page.fingerprint}-{self._moment.timestamp():.0f}")

    def _reason(self, file: ProjectFile) -> str | None:
        if file.url.startswith("file:"):
            return None
        if file.upload_time is None:
            return "the index does not say when it was uploaded (--uploaded-prior-to)"
        if file.upload_time < self._moment:
            return None
        at = file.upload_time.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        return f"uploaded {at} UTC, too late for --uploaded-prior-to"
