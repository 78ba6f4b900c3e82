"""What this process knows of pages without asking anyone: bounded, for the hot path."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from bodega.formats.names import NormalizedName
from bodega.index.upstream.marks import Marks

MOST_PAGES = 100_000
MOST_ABSENT = 20_000


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page's fingerprint, until when it counts as fresh (monotonic seconds), and its mark from before."""

    fingerprint: str
    fresh_until: float
    mark: int


class KnownPages:
    """Fingerprints by project, and projects known to be absent; may be used from any thread.

    What was remembered before another process moved the project's mark is forgotten.
    """

    def __init__(self, marks: Marks, *, most_pages: int = MOST_PAGES, most_absent: int = MOST_ABSENT) -> None:
        self._marks = marks
        self._most_pages = most_pages
        self._most_absent = most_absent
        self._lock = threading.Lock()
        self._pages: OrderedDict[NormalizedName, KnownPage] = OrderedDict()
        self._absent: OrderedDict[NormalizedName, tuple[float, int]] = OrderedDict()

    def page(self, name: NormalizedName) -> KnownPage | None:
        """What is known of a page."""
        known = self._pages.get(name)
        return known if known is not None and known.mark == self._marks.of(name) else None

    def is_absent(self, name: NormalizedName, now: float) -> bool:
        """Whether the upstream said a short while ago that it has no such project."""
        until, mark = self._absent.get(name, (0.0, 0))
        return until > now and mark == self._marks.of(name)

    def put(self, name: NormalizedName, known: KnownPage) -> None:
        """Remember a page; the one put in longest ago goes when there are too many."""
        with self._lock:
            self._absent.pop(name, None)
            self._pages[name] = known
            self._pages.move_to_end(name)
            while len(self._pages) > self._most_pages:
                self._pages.popitem(last=False)

    def put_absent(self, name: NormalizedName, until: float, mark: int) -> None:
        """Remember that there is no such project, for a while."""
        with self._lock:
            self._pages.pop(name, None)
            self._absent[name] = until, mark
            self._absent.move_to_end(name)
            while len(self._absent) > self._most_absent:
                self._absent.popitem(last=False)
