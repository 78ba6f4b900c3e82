"""Rendered pages are kept behind the answer: no reader waits for the database's writer."""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress

from bodega.formats.errors import BodegaError
from bodega.index.views.page_store import PageBytes, PageStore, Variant

#: More than this is not held: what does not fit is rendered again when it is asked for.
MOST_WAITING_BYTES = 16 << 20
_MOST_AT_ONCE = 64

#: Runs the work soon, in another thread; never raises and never waits for it.
Background = Callable[[Callable[[], None]], None]


class PagesBehind:
    """Implements ``PageStore`` over another, which it writes to behind. May be used from any thread."""

    def __init__(self, store: PageStore, background: Background) -> None:
        self._store = store
        self._background = background
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: dict[Variant, PageBytes] = {}
        self._bytes = 0
        self._is_due = False

    def get(self, variant: Variant) -> PageBytes | None:
        """The bytes put last, written or not."""
        waiting = self._waiting.get(variant)
        return waiting if waiting is not None else self._store.get(variant)

    def put(self, variant: Variant, page: PageBytes) -> None:
        """Keep these instead, soon; or not, where too much waits already."""
        with self._lock:
            before = self._waiting.pop(variant, None)
            self._bytes -= len(before.body) if before is not None else 0
            if self._bytes + len(page.body) > MOST_WAITING_BYTES:
                return
            self._waiting[variant] = page
            self._bytes += len(page.body)
            is_first, self._is_due = not self._is_due, True
        if is_first:
            self._background(self.catch_up)

    def put_all(self, pages: Mapping[Variant, PageBytes]) -> None:
        """Keep all of these instead, soon."""
        for variant, page in pages.items():
            self.put(variant, page)

    def catch_up(self) -> None:
        """Write what waits. Pages are a cache: what cannot be written is forgotten."""
        with self._writing:
            while some := self._some():
                with suppress(BodegaError):
                    self._store.put_all(some)
                self._written(some)

    def _some(self) -> dict[Variant, PageBytes]:
        with self._lock:
            some = dict(list(self._waiting.items())[:_MOST_AT_ONCE])
            self._is_due = bool(some)
        return some

    def _written(self, some: dict[Variant, PageBytes]) -> None:
        with self._lock:
            for variant, page in some.items():
                # One that was put in meanwhile waits on.
                if self._waiting.get(variant) is page:
                    del self._waiting[variant]
                    self._bytes -= len(page.body)
