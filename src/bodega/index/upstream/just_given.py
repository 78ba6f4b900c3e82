"""Pages made a moment ago: whoever waited for one to come need not have it made once more."""

import threading
from collections import OrderedDict

from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import ProjectPage

MOST_PAGES = 8


class JustGiven:
    """A few pages as we give them, each for one reader; may be used from any thread."""

    def __init__(self, *, most: int = MOST_PAGES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._pages: OrderedDict[NormalizedName, tuple[str, ProjectPage]] = OrderedDict()

    def put(self, page: ProjectPage, fingerprint: str) -> None:
        """Hold the page, which has that fingerprint; the oldest goes when there are too many."""
        with self._lock:
            self._pages[page.name] = (fingerprint, page)
            self._pages.move_to_end(page.name)
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)

    def take(self, name: NormalizedName, fingerprint: str) -> ProjectPage | None:
        """The page, if it is held and is of that fingerprint; it is held no longer."""
        with self._lock:
            held = self._pages.pop(name, None)
        return held[1] if held is not None and held[0] == fingerprint else None
