"""Several indexes as one: the first that has a project owns its name.

A plain merge would let an upstream offer a higher version under the name of a private project (dependency
confusion); here nothing of a later index is seen for a name that an earlier one has.
"""

from collections.abc import Sequence

from bodega.formats.names import NormalizedName, normalize
from bodega.index.views.index_view import ABSENT, UNSURE, Answer, IndexView, PageTag, ViewedFile
from bodega.simple_api.pages import ProjectList, ProjectPage


class FirstIndex:
    """Implements IndexView over others, asked in their order."""

    def __init__(self, indexes: Sequence[IndexView]) -> None:
        self._indexes = tuple(indexes)

    def at_once(self, name: NormalizedName) -> Answer:
        """The first that has it; unsure as soon as one before it is."""
        for index in self._indexes:
            answer = index.at_once(name)
            if not answer.sure:
                return UNSURE
            if answer.tag is not None:
                return answer
        return ABSENT

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The state of the first that has it."""
        return next((tag for index in self._indexes if (tag := index.tag(name)) is not None), None)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page of the first that has it."""
        return next((found for index in self._indexes if (found := index.page(name)) is not None), None)

    def projects(self) -> ProjectList:
        """The projects of all, each once, as the first that has it writes its name."""
        names: dict[str, str] = {}
        serials: dict[str, int] = {}
        lists = [index.projects() for index in self._indexes]
        for projects in lists:
            for name in projects.names:
                if names.setdefault(normalize(name), name) == name and name in projects.serials:
                    serials.setdefault(name, projects.serials[name])
        ordered = tuple(names[key] for key in sorted(names))
        return ProjectList(
            ordered, next((one.serial for one in lists if one.serial is not None), None), serials
        )

    def projects_tag(self) -> str:
        """Changes when one of them does."""
        return ".".join(index.projects_tag() for index in self._indexes)

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The digest in the URL says which file is meant, whoever has it."""
        return next(
            (file for index in self._indexes if (file := index.file(key, filename)) is not None), None
        )
