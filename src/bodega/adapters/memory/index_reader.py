"""An index in memory: pages and metadata by name, nothing kept, every question noted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bodega.formats.names import NormalizedName
from bodega.installer.indexes.errors import IndexFailedError
from bodega.installer.indexes.ports import IndexPage
from bodega.simple_api.pages import ProjectFile, ProjectPage


@dataclass(slots=True)
class MemoryIndexReader:
    """Implements ``indexes.ports.IndexReader``.

    ``documents`` are METADATA by file name. While ``is_warm`` everything is answered at once, as a reader
    with a full cache does. ``later`` are the pages of indexes behind this one, by base URL. ``asked`` has the
    names of pages and files that were asked for over the network. ``pins`` bind projects to one of the later
    indexes, by base URL.
    """

    pages: Mapping[str, ProjectPage] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    index: str = "https://index.example.org/simple/"
    is_warm: bool = False
    later: Mapping[str, Mapping[str, ProjectPage]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    pins: Mapping[str, str] = field(default_factory=dict)

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The page, while warm."""
        return self._page(name) if self.is_warm else None

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The page."""
        self.asked.append(name)
        return self._page(name)

    def places(self) -> Sequence[str]:
        """The index, and the later ones."""
        return (self.index, *self.later)

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The pages of the later ones; raises IndexFailedError for one without pages."""
        found = []
        for later, pages in self.later.items() if index == self.index else ():
            if not pages:
                raise IndexFailedError(later, detail="it answered 500")
            if name in pages:
                found.append(IndexPage(pages[name], later, f"{later}{name}"))
        return found

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The document, while warm."""
        return self.documents.get(file.filename) if self.is_warm else None

    def pin(self, name: NormalizedName) -> str | None:
        """The index that a project is bound to."""
        return self.pins.get(name)

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """Keep the core metadata of a wheel that was looked into, in the place of what was said of it."""
        self.documents = {**self.documents, file.filename: document}

    def metadata(self, file: ProjectFile) -> bytes:
        """The document."""
        self.asked.append(file.filename)
        try:
            return self.documents[file.filename]
        except KeyError:
            raise IndexFailedError(file.url, detail="it has no metadata") from None

    def _page(self, name: NormalizedName) -> IndexPage | None:
        index = self.pins.get(name, self.index)
        pages = self.pages if index == self.index else self.later[index]
        page = pages.get(name)
        if page is None:
            return None
        return IndexPage(page, index, f"{name}-{hash(tuple(file.filename for file in page.files))}")
