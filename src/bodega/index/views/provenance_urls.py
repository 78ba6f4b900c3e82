"""The layer of provenance URLs (PEP 740): absolute, as the standard asks, so under a public URL alone."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.index.views.index_view import Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.simple_api.pages import ListedProject, ProjectFile, ProjectPage

_FROM_PAGE = "../../"


class ProvenanceUrls:
    """Implements IndexView over another. ``root`` is the absolute URL of the index, ending in ``/``.

    Pages name the root, so their tags do, too.
    """

    def __init__(self, view: IndexView, root: str) -> None:
        self._view = view
        self._root = root
        self._seal = hashlib.sha256(root.encode(), usedforsecurity=False).hexdigest()[:8]

    def at_once(self, name: NormalizedName) -> Answer:
        """As it is beneath, under a tag of this root."""
        answer = self._view.at_once(name)
        return answer if answer.tag is None else replace(answer, tag=self._tagged(answer.tag))

    def tag(self, name: NormalizedName) -> PageTag | None:
        """As it is beneath, under a tag of this root."""
        tag = self._view.tag(name)
        return None if tag is None else self._tagged(tag)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page, with the URL of each provenance that is served here."""
        found = self._view.page(name)
        if found is None:
            return None
        tag, page = found
        return self._tagged(tag), replace(page, files=tuple(self._file(file) for file in page.files))

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
        """As it is beneath."""
        return self._view.file(key, filename)

    def _tagged(self, tag: PageTag) -> PageTag:
        return replace(tag, fingerprint=f"{tag.fingerprint}-{self._seal}")

    def _file(self, file: ProjectFile) -> ProjectFile:
        if file.provenance_sha256 is None:
            return file
        url = f"{self._root}{file.url.removeprefix(_FROM_PAGE)}.provenance"
        return replace(file, provenance=url)
