"""A view whose projects a test sets, and which counts what it is asked."""

from bodega.formats.names import NormalizedName
from bodega.index.views.index_view import ABSENT, UNSURE, Answer, PageTag
from bodega.simple_api.pages import ProjectFile, ProjectList, ProjectPage


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

    def projects(self) -> ProjectList:
        self.rendered += 1
        return ProjectList(self.typed, 7, dict.fromkeys(self.typed, 1))

    def projects_tag(self) -> str:
        return self.state

    def file(self, key: str, filename: str) -> object:
        return self.file_found

    def put(self, name: str, *filenames: str) -> None:
        """Change a page."""
        files = tuple(ProjectFile(filename=filename, url=filename) for filename in filenames)
        self.pages[NormalizedName(name)] = ProjectPage(name=NormalizedName(name), files=files, serial=3)
