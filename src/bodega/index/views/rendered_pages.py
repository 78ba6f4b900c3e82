"""Rendered pages: memory, then kept bytes, then rendering; valid exactly while the view's tag is theirs."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from time import time

from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.index.upstream.views import SingleFlight
from bodega.index.views.index_view import IndexView, PageTag
from bodega.index.views.page_store import PageBytes, PageStore, Variant
from bodega.simple_api.codings import decode, encode
from bodega.simple_api.negotiate import Coding, Form
from bodega.simple_api.pages import ProjectPage
from bodega.simple_api.render import render_html, render_json

MEMORY_BYTES = 64 << 20
_OVERHEAD = 500


class RenderedPages:
    """The pages of one view as bytes. Every method may be called from any thread.

    ``time`` tells the seconds since the epoch, by which pages that change by themselves are valid or not.
    """

    def __init__(
        self,
        view_name: str,
        view: IndexView,
        store: PageStore,
        *,
        memory_bytes: int = MEMORY_BYTES,
        time: Callable[[], float] = time,
    ) -> None:
        self._view_name = view_name
        self._view = view
        self._store = store
        self._memory = _Memory(memory_bytes)
        self._time = time
        self._flights: SingleFlight[tuple[NormalizedName, Form], PageBytes | None] = SingleFlight()

    def at_once(self, name: NormalizedName, form: Form, coding: Coding) -> tuple[PageTag, PageBytes] | None:
        """The page, if it can be given without waiting; ``None``: ask ``page``."""
        answer = self._view.at_once(name)
        if answer.tag is None:
            return None
        page = self._memory.get(Variant(self._view_name, name, form, coding))
        if page is None or not self._is_current(page, answer.tag):
            return None
        return self._lasting(answer.tag, page), page

    def page(self, name: NormalizedName, form: Form, coding: Coding) -> tuple[PageTag, PageBytes] | None:
        """The page; ``None``: no such project. Raises UpstreamError."""
        tag = self._view.tag(name)
        if tag is None:
            return None
        variant = Variant(self._view_name, name, form, coding)
        page = self._memory.get(variant)
        if page is None or not self._is_current(page, tag):
            page = self._coded(variant, tag)
        return None if page is None else (self._lasting(tag, page), page)

    def _is_current(self, page: PageBytes, tag: PageTag) -> bool:
        if page.fingerprint != tag.fingerprint:
            return False
        return page.valid_until is None or self._time() < page.valid_until

    def _lasting(self, tag: PageTag, page: PageBytes) -> PageTag:
        """The tag, which neither is fresh nor holds for longer than the page is valid."""
        if page.valid_until is None:
            return tag
        left = max(0.0, page.valid_until - self._time())
        return PageTag(tag.fingerprint, min(tag.fresh_for, left), min(tag.holds_for, left), page.valid_until)

    def _coded(self, variant: Variant, tag: PageTag) -> PageBytes | None:
        kept = self._store.get(variant) if variant.coding != "identity" else None
        if kept is None or not self._is_current(kept, tag):
            packed = self._packed(variant, tag)
            if packed is None:
                return None
            kept = packed if variant.coding == "zstd" else _recode(packed, variant.coding)
            if variant.coding == "gzip":
                self._keep(variant, kept)
        self._memory.put(variant, kept)
        return kept

    def _packed(self, variant: Variant, tag: PageTag) -> PageBytes | None:
        """The zstd form, from which the others are made."""
        packed = variant._replace(coding="zstd")
        kept = self._store.get(packed)
        if kept is not None and self._is_current(kept, tag):
            return kept
        return self._flights.do((variant.name, variant.form), lambda: self._rendered(packed))

    def _rendered(self, variant: Variant) -> PageBytes | None:
        found = self._view.page(variant.name)
        if found is None:
            return None
        tag, page = found
        body = render(page, variant.form)
        seal = hashlib.sha256(body, usedforsecurity=False).hexdigest()[:32]
        packed = PageBytes(
            tag.fingerprint, f'"{seal}-zstd"', encode(body, "zstd"), page.serial, tag.changes_at
        )
        self._keep(variant, packed)
        return packed

    def _keep(self, variant: Variant, page: PageBytes) -> None:
        # Pages are a cache: a full disk, or a busy database, is no reason not to answer.
        with suppress(BodegaError):
            self._store.put(variant, page)


def render(page: ProjectPage, form: Form) -> bytes:
    """The page in that form."""
    return render_json(page) if form == "json" else render_html(page)


def _recode(packed: PageBytes, coding: Coding) -> PageBytes:
    etag = packed.etag.replace("-zstd", f"-{coding}")
    return replace(packed, etag=etag, body=encode(decode(packed.body, "zstd"), coding))


class _Memory:
    """The pages used last, within a number of bytes."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._used = 0
        self._lock = threading.Lock()
        self._pages: OrderedDict[Variant, PageBytes] = OrderedDict()

    def get(self, variant: Variant) -> PageBytes | None:
        with self._lock:
            page = self._pages.get(variant)
            if page is not None:
                self._pages.move_to_end(variant)
        return page

    def put(self, variant: Variant, page: PageBytes) -> None:
        if len(page.body) > self._budget // 4:
            return
        with self._lock:
            before = self._pages.pop(variant, None)
            if before is not None:
                self._used -= len(before.body) + _OVERHEAD
            self._pages[variant] = page
            self._used += len(page.body) + _OVERHEAD
            while self._used > self._budget:
                _, oldest = self._pages.popitem(last=False)
                self._used -= len(oldest.body) + _OVERHEAD
