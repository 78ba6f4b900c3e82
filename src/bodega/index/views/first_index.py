"""Several indexes as one: the first that has a project owns its name.

A plain merge would let an upstream offer a higher version under the name of a private project (dependency
confusion); here nothing of a later index is seen for a name that an earlier one has, neither its page nor
its files. An explicit grant mixes one name.
"""

from collections.abc import Collection, Iterator, Sequence

from bodega.formats.filenames import named_projects
from bodega.formats.names import NormalizedName
from bodega.index.views.index_view import ABSENT, UNSURE, Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.index.views.lists import merged_changes, merged_list, merged_mark
from bodega.index.views.merged_index import MergedIndex
from bodega.simple_api.pages import ListedProject, ProjectPage


class FirstIndex:
    """Implements IndexView over others, asked in their order; names in ``granted`` are mixed."""

    def __init__(self, indexes: Sequence[IndexView], granted: Collection[str] = frozenset()) -> None:
        self._indexes = tuple(indexes)
        self._granted = granted
        self._mixed = MergedIndex(self._indexes)

    def at_once(self, name: NormalizedName) -> Answer:
        """The first that has it; unsure as soon as one before it is."""
        if name in self._granted:
            return self._mixed.at_once(name)
        for index in self._indexes:
            answer = index.at_once(name)
            if not answer.sure:
                return UNSURE
            if answer.tag is not None:
                return answer
        return ABSENT

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The state of the first that has it."""
        if name in self._granted:
            return self._mixed.tag(name)
        return next((tag for index in self._indexes if (tag := index.tag(name)) is not None), None)

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page of the first that has it."""
        if name in self._granted:
            return self._mixed.page(name)
        return next((found for index in self._indexes if (found := index.page(name)) is not None), None)

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """The projects of all, each once, as the first that has it writes its name."""
        return merged_list([index.listed(low, below) for index in self._indexes])

    def list_mark(self) -> ListMark:
        """Changes when one of them does."""
        return merged_mark(index.list_mark() for index in self._indexes)

    def listed_since(self, mark: ListMark, most: int) -> Collection[str] | None:
        """What changed in any of them."""
        return merged_changes(self._indexes, mark, most)

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """The file of the first that has it, unless its project's name is owned by one before."""
        for position, index in enumerate(self._indexes):
            file = index.file(key, filename)
            if file is not None and not self._is_owned_before(file, position):
                return file
        return None

    def _is_owned_before(self, file: ViewedFile, position: int) -> bool:
        """Whether one before owns the name of its project, or that which the file's name tells."""
        names = [name for name in named_projects(file.filename, file.project) if name not in self._granted]
        earlier = self._indexes[:position]
        return any(index.at_once(name).tag is not None for index in earlier for name in names)
