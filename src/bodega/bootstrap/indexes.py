"""Wiring of each index from its parts: own projects, bases, upstreams, and the layers above them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bodega.bootstrap.served_index import ServedIndex
from bodega.bootstrap.settings import masked
from bodega.index.catalog.views import CatalogViews
from bodega.index.views.first_index import FirstIndex
from bodega.index.views.index_view import IndexView
from bodega.index.views.lineage import Lineage, lineage
from bodega.index.views.merged_index import MergedIndex
from bodega.index.views.model import IndexDefinition
from bodega.index.views.own_index import OwnIndex
from bodega.index.views.page_store import PageStore
from bodega.index.views.ports import IndexViews
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.quarantined_index import QuarantinedIndex
from bodega.index.views.rendered_list import RenderedList
from bodega.index.views.rendered_pages import RenderedPages


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What indexes are made of: own projects by index name, upstreams by root URL, kept pages, documents."""

    catalog: Callable[[str], CatalogViews]
    upstream: Callable[[str], IndexView]
    pages: PageStore
    documents: Callable[[IndexView], ProjectDocuments]


class Indexes:
    """Implements ``ServedIndexes``; may be used from any thread."""

    def __init__(self, main: IndexDefinition, records: IndexViews, parts: Parts) -> None:
        self._main = main
        self._records = records
        self._parts = parts
        self._lock = threading.Lock()
        self._epoch = -1
        self._definitions: Mapping[str, IndexDefinition] = {}
        self._served: dict[str, ServedIndex] = {}

    def find(self, name: str) -> ServedIndex | None:
        """The index of that name."""
        if self._records.epoch() != self._epoch:
            self._renew()
        return self._served.get(name) or self._made(name)

    def _renew(self) -> None:
        with self._lock:
            # The epoch first: what changes meanwhile is read again at the next call, never missed.
            self._epoch = self._records.epoch()
            self._definitions = {**self._records.all(), self._main.name: self._main}
            self._served = {}

    def _made(self, name: str) -> ServedIndex | None:
        with self._lock:
            definition = self._definitions.get(name)
            if definition is None:
                return None
            made = self._composed(definition)
            self._served[name] = made
        return made

    def _composed(self, definition: IndexDefinition) -> ServedIndex:
        made_of = lineage(definition.name, self._definitions)
        view = self._layered(made_of)
        return ServedIndex(
            name=definition.name,
            is_private=definition.is_private,
            upstreams=tuple(masked(url) for url in made_of.upstreams),
            view=view,
            pages=RenderedPages(definition.name, view, self._parts.pages),
            projects=RenderedList(view),
            documents=self._parts.documents(view),
        )

    def _layered(self, made_of: Lineage) -> IndexView:
        own = [OwnIndex(self._parts.catalog(name)) for name in made_of.own]
        # Bases trust each other: their own projects are one. An upstream is asked for other names only.
        ours = own[0] if len(own) == 1 else MergedIndex(own)
        granted = frozenset[str]().union(*(self._records.granted(name) for name in made_of.own))
        parts = [ours, *(self._parts.upstream(url) for url in made_of.upstreams)]
        catalogs = [self._parts.catalog(name) for name in made_of.own]
        return QuarantinedIndex(FirstIndex(parts, granted), catalogs)
