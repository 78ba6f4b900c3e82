"""Several indexes as one, file by file: for parts that trust each other."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamError
from bodega.index.views.errors import FileGoneError
from bodega.index.views.index_view import ABSENT, UNSURE, Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.index.views.lists import merged_changes, merged_list, merged_mark
from bodega.simple_api.pages import ListedProject, ProjectFile, ProjectPage

_SEPARATORS = re.compile(r"[-_.]+")


class MergedIndex:
    """Implements IndexView over others; of a file that several have, the first one's is seen.

    Status and its reason are those of the first that has the project.
    """

    def __init__(self, indexes: Sequence[IndexView]) -> None:
        self._indexes = tuple(indexes)

    def at_once(self, name: NormalizedName) -> Answer:
        """Sure only when all are."""
        answers = [index.at_once(name) for index in self._indexes]
        if not all(answer.sure for answer in answers):
            return UNSURE
        tags = [answer.tag for answer in answers if answer.tag is not None]
        return Answer(sure=True, tag=_combined(tags)) if tags else ABSENT

    def tag(self, name: NormalizedName) -> PageTag | None:
        """The states of all that have it."""
        tags = [tag for index in self._indexes if (tag := index.tag(name)) is not None]
        return _combined(tags) if tags else None

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The pages of all that have it. An upstream that gives none is left out where another has it."""
        found = []
        failure: UpstreamError | None = None
        for index in self._indexes:
            try:
                one = index.page(name)
            except UpstreamError as error:
                failure = error
                continue
            if one is not None:
                found.append(one)
        if not found and failure is not None:
            raise failure
        if not found:
            return None
        return _combined([tag for tag, _ in found]), _merged([page for _, page in found])

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
        """The file of the first that has it; raises FileGoneError where it was deleted in all that had it."""
        gone: FileGoneError | None = None
        for index in self._indexes:
            try:
                file = index.file(key, filename)
            except FileGoneError as error:
                gone = error
                continue
            if file is not None:
                return file
        if gone is not None:
            raise gone
        return None


def _combined(tags: Sequence[PageTag]) -> PageTag:
    if len(tags) == 1:
        return tags[0]
    return PageTag(
        "+".join(tag.fingerprint for tag in tags),
        min(tag.fresh_for for tag in tags),
        min(tag.holds_for for tag in tags),
    )


def _merged(pages: Sequence[ProjectPage]) -> ProjectPage:
    first = pages[0]
    if len(pages) == 1:
        return first
    files: dict[str, ProjectFile] = {}
    for page in pages:
        for file in page.files:
            files.setdefault(_SEPARATORS.sub("_", file.filename).lower(), file)
    versions = tuple(dict.fromkeys(version for page in pages for version in page.versions))
    serials = [page.serial for page in pages if page.serial is not None]
    return replace(
        first,
        files=tuple(files.values()),
        versions=versions,
        serial=max(serials) if serials else None,
        hidden=tuple(file for page in pages for file in page.hidden),
    )
