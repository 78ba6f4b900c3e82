"""A view whose projects a test sets, and which counts what it is asked."""

from collections.abc import Iterator

from bodega.formats.names import NormalizedName, normalize
from bodega.index.views.index_view import ABSENT, UNSURE, Answer, ListMark, PageTag
from bodega.simple_api.pages import ListedProject, ProjectFile, ProjectPage


class SetView:
    """``pages`` by name; ``unsure`` names need asking first; the fingerprint is ``state``."""

    def __init__(self, *names: str, unsure: tuple[str, ...] = ()) -> None:
        self.pages = {
            NormalizedName(name): ProjectPage(name=NormalizedName(name), files=()) for name in names
        }
        self.unsure = set(unsure)
        self.state = "1"
        self.rendered = 0
        self.typed = tuple(names)
        self.file_found: object = None

    def at_once(self, name: NormalizedName) -> Answer:
        if name in self.unsure:
            return UNSURE
        tag = self.tag(name)
        return ABSENT if tag is None else Answer(sure=True, tag=tag)

    def tag(self, name: NormalizedName) -> PageTag | None:
        return PageTag(self.state, 30.0) if name in self.pages else None

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        self.rendered += 1
        page = self.pages.get(name)
        return None if page is None else (PageTag(self.state, 30.0), page)

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        self.rendered += 1
        projects = sorted(ListedProject(normalize(typed), typed, 1) for typed in self.typed)
        return (one for one in projects if low <= one.name and (below is None or one.name < below))

    def list_mark(self) -> ListMark:
        return ListMark(serial=7, rules=self.state)

    def listed_since(self, mark: ListMark, most: int) -> None:
        """It does not know."""

    def file(self, key: str, filename: str) -> object:
        return self.file_found

    def put(self, name: str, *filenames: str) -> None:
        """Change a page."""
        files = tuple(ProjectFile(filename=filename, url=filename) for filename in filenames)
        self.pages[NormalizedName(name)] = ProjectPage(name=NormalizedName(name), files=files, serial=3)
