"""Rendered pages, in memory."""

from collections.abc import Mapping

from bodega.index.views.page_store import PageBytes, Variant


class MemoryPageStore:
    """Implements ``index.views.page_store.PageStore``."""

    def __init__(self) -> None:
        self._pages: dict[Variant, PageBytes] = {}

    def get(self, variant: Variant) -> PageBytes | None:
        """The bytes kept last."""
        return self._pages.get(variant)

    def put(self, variant: Variant, page: PageBytes) -> None:
        """Keep these instead."""
        self._pages[variant] = page

    def put_all(self, pages: Mapping[Variant, PageBytes]) -> None:
        """Keep all of these instead."""
        self._pages.update(pages)
