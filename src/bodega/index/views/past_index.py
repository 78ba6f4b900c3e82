"""An index as it was at a serial: layers over what the catalogue and the upstreams were then."""

from collections.abc import Iterator, Sequence

from bodega.formats.names import NormalizedName
from bodega.index.upstream.views import Enrich, PastPages
from bodega.index.views.errors import ProjectUnknownThenError
from bodega.index.views.index_view import UNSURE, Answer, IndexView, ListMark, PageTag, ViewedFile
from bodega.index.views.moments import Moment
from bodega.index.views.upstream_index import UpstreamIndex
from bodega.simple_api.pages import ListedProject, ProjectPage
from bodega.simple_api.render import RENDERER_VERSION


class PastUpstreamIndex:
    """Implements IndexView over what was seen of an upstream by then; ``today`` has its files."""

    def __init__(self, pages: PastPages, today: UpstreamIndex, serial: int, enrich: Enrich) -> None:
        self._pages = pages
        self._enrich = enrich
        self._today = today
        self._serial = serial

    def at_once(self, name: NormalizedName) -> Answer:  # noqa: ARG002 - as the port has it
        """Such pages are seldom read: they are made where waiting is allowed."""
        return UNSURE

    def tag(self, name: NormalizedName) -> PageTag | None:
        """Its state, which never changes."""
        return self._tag() if self._pages.page(name) is not None else None

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page as it was seen."""
        page = self._pages.page(name)
        return None if page is None else (self._tag(), self._enrich(page))

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects that were seen by then."""
        return (ListedProject(name, name) for name in self._pages.names(low, below))

    def list_mark(self) -> ListMark:
        """Never changes."""
        return ListMark(serial=self._serial)

    def listed_since(self, mark: ListMark, most: int) -> None:
        """Nothing changes any more."""

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """A file that was seen by then."""
        file = self._today.file(key, filename)
        return file if file is not None and file.seen_serial <= self._serial else None

    def _tag(self) -> PageTag:
        return PageTag(f"past-{RENDERER_VERSION}-{self._serial}")


class PastIndex:
    """Implements IndexView: the pages of one view, the files of another that judges them as of today.

    Says of an unknown project what cannot be known of it.
    """

    def __init__(
        self, inner: IndexView, files: IndexView, upstreams: Sequence[PastPages], moment: Moment
    ) -> None:
        self._inner = inner
        self._files = files
        self._upstreams = tuple(upstreams)
        self._moment = moment

    def at_once(self, name: NormalizedName) -> Answer:
        """Sure only where the project was there."""
        answer = self._inner.at_once(name)
        return answer if answer.tag is not None else UNSURE

    def tag(self, name: NormalizedName) -> PageTag | None:
        """Its state; raises ProjectUnknownThenError."""
        tag = self._inner.tag(name)
        if tag is None:
            self._explain(name)
        return tag

    def page(self, name: NormalizedName) -> tuple[PageTag, ProjectPage] | None:
        """The page as it was; raises ProjectUnknownThenError."""
        found = self._inner.page(name)
        if found is None:
            self._explain(name)
        return found

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """The projects that were there."""
        return self._inner.listed(low, below)

    def list_mark(self) -> ListMark:
        """Never changes."""
        return ListMark(serial=self._moment.serial)

    def listed_since(self, mark: ListMark, most: int) -> None:
        """Nothing changes any more."""

    def file(self, key: str, filename: str) -> ViewedFile | None:
        """A file that was there; raises what refuses it today."""
        return self._files.file(key, filename)

    def _explain(self, name: NormalizedName) -> None:
        for pages in self._upstreams:
            why = pages.unknown_before(name)
            if why is not None:
                raise ProjectUnknownThenError(name, self._moment.index, self._moment.serial, why)
