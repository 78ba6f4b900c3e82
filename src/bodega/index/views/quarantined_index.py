"""The layer of project status: a quarantined project has a page that says so, and nothing else (PEP 792)."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.index.catalog.errors import ProjectQuarantinedError
from bodega.index.catalog.views import CatalogViews, Standing
from bodega.index.views.index_view import Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.simple_api.pages import ListedProject, ProjectPage


class QuarantinedIndex:
    """Implements IndexView over another, whose own projects are those of ``catalogs``.

    A name that is quarantined in one of them is so as a whole: also what another one, or an upstream that
    was granted to stand beside it, has under that name. Pages need no tag of this layer: a change of status
    counts the project's serial.
    """

    def __init__(self, view: IndexView, catalogs: Sequence[CatalogViews]) -> None:
        self._view = view
        self._catalogs = tuple(catalogs)

    def at_once(self, name: NormalizedName) -> Answer:
        """As it is beneath."""
        return self._view.at_once(name)

    def tag(self, name: NormalizedName) -> PageTag | None:
        """As it is beneath."""
        return self._view.tag(name)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page; without files while the project is quarantined."""
        found = self._view.page(name)
        quarantine = self._quarantine(name)
        if found is None or quarantine is None:
            return found
        tag, page = found
        return tag, replace(
            page, files=(), versions=(), status=quarantine.status, status_reason=quarantine.reason
        )

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """As they are beneath."""
        return self._view.listed(low, below)

    def list_mark(self) -> ListMark:
        """As it is beneath."""
        return self._view.list_mark()

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """As it is beneath."""
        return self._view.listed_since(mark, most)

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file; raises ProjectQuarantinedError."""
        file = self._view.file(key, filename)
        quarantine = self._quarantine(file.project) if file is not None else None
        if file is not None and quarantine is not None:
            raise ProjectQuarantinedError(file.project, quarantine.reason)
        return file

    def _quarantine(self, name: NormalizedName) -> Standing | None:
        standings = (catalog.standing(name) for catalog in self._catalogs)
        return next((one for one in standings if one is not None and one.status == "quarantined"), None)
