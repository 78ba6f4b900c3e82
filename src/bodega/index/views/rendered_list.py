"""The project list as bytes, in frames of which only those with a change are rendered again (PEP 691)."""

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass

from bodega.formats.errors import BodegaError
from bodega.index.views.index_view import IndexView, ListMark
from bodega.index.views.list_frames import all_frames, renewed_frames
from bodega.index.views.list_store import Frame, KeptList, ListKey, ListStore, NoLists
from bodega.simple_api.negotiate import Coding, Form
from bodega.simple_api.pieces import Piece, PiecedDocument, piece
from bodega.simple_api.render_list import LIST_RENDERER_VERSION, SEPARATORS, list_head, list_tail

#: Of more changed names than this the whole list is rendered instead.
MOST_CHANGES = 20_000
#: A list of fewer frames is rendered in less time than it takes to keep it.
FRAMES_WORTH_KEEPING = 16
#: Seconds between two times at which a list that changes is kept: the changes since are found by serial.
KEPT_EVERY = 60.0


@dataclass(frozen=True, slots=True)
class ListBytes:
    """The list in one coding: to be sent in chunks, never held as a whole. ``length`` is in bytes."""

    document: PiecedDocument
    coding: Coding
    serial: int | None

    @property
    def etag(self) -> str:
        """A strong ETag, with its quotes."""
        return self.document.etag(self.coding)

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.document.length(self.coding)

    def chunks(self) -> Iterator[bytes]:
        """Its bytes."""
        return self.document.chunks(self.coding)


@dataclass(frozen=True, slots=True)
class _State:
    mark: ListMark
    frames: tuple[Frame, ...]
    document: PiecedDocument


class RenderedList:
    """The list of one view. May be used from any thread.

    ``made_of`` names what the view is made of: a list kept of something else is not used.
    """

    def __init__(
        self, view: IndexView, store: ListStore | None = None, *, name: str = "", made_of: str = ""
    ) -> None:
        self._view = view
        self._store = store or NoLists()
        self._name = name
        self._made_of = f"{LIST_RENDERER_VERSION} {made_of}"
        self._locks: dict[Form, threading.Lock] = {"json": threading.Lock(), "html": threading.Lock()}
        self._states: dict[Form, _State] = {}
        #: When, and with which changes in it, each list was kept last.
        self._kept: dict[Form, tuple[float, ListMark]] = {}

    def at_once(self, form: Form, coding: Coding) -> ListBytes | None:
        """The list, if it has not changed since it was rendered."""
        state = self._states.get(form)
        if state is None or not state.document.is_measured(coding):
            return None
        if state.mark != self._view.list_mark():
            return None
        return _bytes(state, coding)

    def get(self, form: Form, coding: Coding) -> ListBytes:
        """The list as it is now."""
        with self._locks[form]:
            # The mark first: what changes meanwhile is rendered again, never missed.
            mark = self._view.list_mark()
            before = self._states.get(form) or self._loaded(form)
            if before is None or before.mark != mark:
                before = _state(mark, self._frames(before, mark, form), form)
            self._states[form] = before
            self._keep(form, before)
        before.document.length(coding)
        return _bytes(before, coding)

    def _frames(self, before: _State | None, mark: ListMark, form: Form) -> tuple[Frame, ...]:
        changed = self._changes(before, mark)
        if before is None or changed is None:
            return tuple(all_frames(self._view.listed, form))
        return renewed_frames(before.frames, changed, self._view.listed, form)

    def _changes(self, before: _State | None, mark: ListMark) -> Collection[str] | None:
        if before is None or not before.mark.leads_to(mark):
            return None
        changed = self._view.listed_since(before.mark, MOST_CHANGES + 1)
        return changed if changed is not None and len(changed) <= MOST_CHANGES else None

    def _loaded(self, form: Form) -> _State | None:
        # Kept lists are a cache: where they cannot be read, the list is rendered.
        with suppress(BodegaError):
            kept = self._store.load(ListKey(self._name, form))
            if kept is not None and kept.made_of == self._made_of:
                self._kept[form] = time.monotonic(), kept.mark
                return _state(kept.mark, tuple(kept.frames), form)
        return None

    def _keep(self, form: Form, state: _State) -> None:
        now = time.monotonic()
        at, mark = self._kept.get(form, (-KEPT_EVERY, None))
        if len(state.frames) < FRAMES_WORTH_KEEPING or mark == state.mark or now < at + KEPT_EVERY:
            return
        self._kept[form] = now, state.mark
        with suppress(BodegaError):
            self._store.keep(ListKey(self._name, form), KeptList(self._made_of, state.mark, state.frames))


def _state(mark: ListMark, frames: tuple[Frame, ...], form: Form) -> _State:
    return _State(mark, frames, PiecedDocument(tuple(_pieces(mark, frames, form))))


def _pieces(mark: ListMark, frames: tuple[Frame, ...], form: Form) -> Iterator[Piece]:
    separator = piece(SEPARATORS[form])
    yield piece(list_head(form, mark.serial or None))
    is_first = True
    for frame in frames:
        if frame.names:
            if not is_first:
                yield separator
            yield frame.piece
            is_first = False
    yield piece(list_tail(form))


def _bytes(state: _State, coding: Coding) -> ListBytes:
    return ListBytes(state.document, coding, state.mark.serial or None)
