"""What the rest of the installer asks of indexes."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import ProjectFile, ProjectPage


class IndexPage:
    """A project page as one index gave it. File URLs are absolute.

    ``index`` is the index's base URL; ``fingerprint`` changes whenever the page's content does, so that
    what was computed from it can be kept. The page may be given as a function: it is then parsed when it
    is first looked into, which a warm resolution never does.
    """

    __slots__ = ("_page", "fingerprint", "index")

    def __init__(self, page: ProjectPage | Callable[[], ProjectPage], index: str, fingerprint: str) -> None:
        self._page = page
        self.index = index
        self.fingerprint = fingerprint

    @property
    def page(self) -> ProjectPage:
        """The page's content; may raise what parsing it raises."""
        if not isinstance(self._page, ProjectPage):
            self._page = self._page()
        return self._page


class IndexReader(Protocol):
    """Pages and metadata, over all indexes configured, in their order (first-index).

    The ``cached_*`` methods answer at once or not at all, so that a warm resolution needs no threads; the
    others may block on the network and may be called from any thread. Failures are those of
    ``simple_api.transport`` and ``indexes.errors``.
    """

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The page, if a kept one is still fresh."""

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The page of the first index that knows the project; ``None`` when none does (404)."""

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The project's pages of the indexes behind ``index``; none where the pages of all are merged."""

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The core metadata of a wheel, if kept (it is immutable under the wheel's digest)."""

    def places(self) -> Sequence[str]:
        """Where is looked, in that order: base URLs of indexes, without credentials, then other places."""

    def pin(self, name: NormalizedName) -> str | None:
        """The one place that a project may come from, without credentials, where it is bound to one."""

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """Keep the core metadata of a wheel that was looked into, in the place of what was said of it."""

    def metadata(self, file: ProjectFile) -> bytes:
        """The core metadata of a wheel, verified against the hash that the page gives, if it gives one."""
