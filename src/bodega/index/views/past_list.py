"""The project list as it was: rendered whole, since nothing of it is kept, and so by one reader at a time.

Anybody may ask for any moment. On a large index each costs seconds, which must not take the threads of all.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bodega.formats.errors import BodegaError
from bodega.index.views.index_view import IndexView
from bodega.index.views.rendered_list import ListBytes, RenderedList
from bodega.simple_api.negotiate import Coding, Form

#: Seconds that a reader waits for another's list of the past.
PATIENCE = 2.0


class PastListBusyError(BodegaError):
    """Another list of the past is being made; they are made one after the other."""

    code = "E-MOMENT-BUSY"

    def __init__(self) -> None:
        super().__init__(
            "the project list of another moment is being made",
            why="lists of the past are made whole, one at a time; ask again in a while",
        )


class Turn:
    """Whose turn it is to have a list made; one for all moments of a process."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._lock = threading.Lock()
        self._patience = patience

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Take the turn; raises PastListBusyError."""
        if not self._lock.acquire(timeout=self._patience):
            raise PastListBusyError
        try:
            yield
        finally:
            self._lock.release()


class PastList(RenderedList):
    """The list of one view of the past. May be used from any thread."""

    def __init__(self, view: IndexView, turn: Turn) -> None:
        super().__init__(view)
        self._turn = turn

    def get(self, form: Form, coding: Coding) -> ListBytes:
        """The list; raises PastListBusyError."""
        made = self.at_once(form, coding)
        if made is not None:
            return made
        with self._turn.taken():
            return super().get(form, coding)
