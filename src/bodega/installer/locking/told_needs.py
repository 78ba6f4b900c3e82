"""What pages tell of the metadata of their files, for candidates that were kept without it."""

from bodega.installer.indexes.ports import IndexPage
from bodega.simple_api.pages import InlineMetadata, ProjectFile


class ToldNeeds:
    """The inline metadata of pages, by project and file name.

    What a file requires is kept by its digest once it was wanted, and candidates are kept by their page.
    A file that no earlier run wanted, of a page that was not read again, has its metadata in the kept page.
    """

    def __init__(self) -> None:
        self._pages: dict[str, IndexPage] = {}
        self._told: dict[str, dict[str, ProjectFile]] = {}

    def take(self, name: str, page: IndexPage) -> None:
        """Remember the page of a project, which is read when it is looked into."""
        self._pages[name] = page

    def of(self, name: str, file: ProjectFile) -> InlineMetadata | None:
        """What is told of a file; ``None`` where nothing is."""
        if file.inline is not None or name not in self._pages:
            return file.inline
        if name not in self._told:
            self._told[name] = {one.filename: one for one in self._pages[name].page.files}
        found = self._told[name].get(file.filename)
        return found.inline if found is not None and found.hashes == file.hashes else None
