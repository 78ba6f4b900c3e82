"""The upstream's namesake of a project of ours, which a grant lets stand beside: never with our file names.

A name that we have published once never means other bytes, also not after the file is deleted.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.index.catalog.views import CatalogViews
from bodega.index.views.index_view import Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.simple_api.pages import ListedProject, ProjectPage


class NamesakeIndex:
    """Implements IndexView over an upstream, for names in ``granted`` without files named as one of ours.

    Pages need no tag of this layer: they are mixed with ours, whose serial counts each file of ours.
    """

    def __init__(self, view: IndexView, catalogs: Sequence[CatalogViews], granted: Collection[str]) -> None:
        self._view = view
        self._catalogs = tuple(catalogs)
        self._granted = granted

    def at_once(self, name: NormalizedName) -> Answer:
        """As it is beneath."""
        return self._view.at_once(name)

    def tag(self, name: NormalizedName) -> PageTag | None:
        """As it is beneath."""
        return self._view.tag(name)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page without files that have, or had, their name from us."""
        found = self._view.page(name)
        if found is None or name not in self._granted:
            return found
        tag, page = found
        return tag, replace(page, files=tuple(one for one in page.files if not self._is_ours(one.filename)))

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """As it is beneath."""
        return self._view.listed(low, below)

    def list_mark(self) -> ListMark:
        """As it is beneath."""
        return self._view.list_mark()

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """As it is beneath."""
        return self._view.listed_since(mark, most)

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file, unless its name is, or was, one of ours."""
        file = self._view.file(key, filename)
        if file is not None and file.project in self._granted and self._is_ours(filename):
            return None
        return file

    def _is_ours(self, filename: str) -> bool:
        return any(catalog.has_used(filename) for catalog in self._catalogs)
