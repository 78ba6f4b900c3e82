"""Wiring of each index from its parts: own projects, bases, upstreams, and the layers above them."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from bodega.bootstrap.served_index import ServedIndex
from bodega.formats.urls import masked
from bodega.index.catalog.views import CatalogViews
from bodega.index.upstream.views import Enrich, PastPages
from bodega.index.views.errors import IndexNotFoundError
from bodega.index.views.first_index import FirstIndex
from bodega.index.views.index_view import IndexView
from bodega.index.views.lineage import Lineage, lineage
from bodega.index.views.list_store import ListStore
from bodega.index.views.merged_index import MergedIndex
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.index.views.moments import MARK, Moment, moment
from bodega.index.views.namesake_index import NamesakeIndex
from bodega.index.views.own_index import OwnIndex
from bodega.index.views.page_store import NoPages, PageStore
from bodega.index.views.past_index import PastIndex
from bodega.index.views.past_list import PastList, Turn
from bodega.index.views.ports import IndexViews, Serials
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.provenance_urls import ProvenanceUrls
from bodega.index.views.quarantined_index import QuarantinedIndex
from bodega.index.views.rendered_list import RenderedList
from bodega.index.views.rendered_pages import RenderedPages
from bodega.messaging.clock import Clock, system_clock

#: How many moments are held ready, and the memory for rendered pages of each.
_MOST_MOMENTS = 16
_MOMENT_BYTES = 2 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What indexes are made of: own projects by index name, upstreams by root URL, kept pages, documents.

    ``policed`` puts the policy of an index above a view: of the first of the names, the others its bases.
    ``enrich`` adds to pages of own projects what is known of their files. ``catalog_then`` and
    ``upstream_then`` are what they were at a serial. ``site`` is the public URL, where there is one.
    ``folder`` stands for the own projects of the index main, which takes no uploads then.
    """

    catalog: Callable[[str], CatalogViews]
    upstream: Callable[[str], IndexView]
    policed: Callable[[IndexView, Sequence[str]], IndexView]
    pages: PageStore
    lists: ListStore
    documents: Callable[[IndexView], ProjectDocuments]
    catalog_then: Callable[[str, int], CatalogViews]
    upstream_then: Callable[[str, int], tuple[PastPages, IndexView]]
    serials: Serials
    enrich: Enrich
    site: str | None = None
    clock: Clock = system_clock
    folder: IndexView | None = None


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
        self._past: OrderedDict[Moment, ServedIndex] = OrderedDict()
        self._turn = Turn()

    def find(self, name: str) -> ServedIndex | None:
        """The index of that name, or as it was at a moment; raises MomentInvalidError."""
        if self._records.epoch() != self._epoch:
            self._renew()
        return self._served.get(name) or (self._then(name) if MARK in name else self._made(name))

    def unjudged(self, name: str) -> tuple[IndexView, Sequence[str]]:
        """The index without any verdict, and its name and those of its bases; raises IndexNotFoundError."""
        self._renew()
        with self._lock:
            if name not in self._definitions:
                raise IndexNotFoundError(name)
            made_of = lineage(name, self._definitions)
            return self._layered(made_of), made_of.own

    def names(self) -> tuple[str, ...]:
        """The names of all indexes."""
        self._renew()
        return tuple(self._definitions)

    def _renew(self) -> None:
        with self._lock:
            # The epoch first: what changes meanwhile is read again at the next call, never missed.
            self._epoch = self._records.epoch()
            self._definitions = {**self._records.all(), self._main.name: self._main}
            self._served = {}
            self._past.clear()

    def _made(self, name: str) -> ServedIndex | None:
        with self._lock:
            definition = self._definitions.get(name)
            if definition is None:
                return None
            made = self._composed(definition)
            self._served[name] = made
        return made

    def _then(self, name: str) -> ServedIndex | None:
        base = name.partition(MARK)[0]
        if base not in self._definitions:
            return None
        when = moment(name, self._parts.serials, self._parts.clock)
        with self._lock:
            found = self._past.get(when) or self._composed_then(when)
            self._past[when] = found
            self._past.move_to_end(when)
            while len(self._past) > _MOST_MOMENTS:
                self._past.popitem(last=False)
        return found

    def _composed_then(self, when: Moment) -> ServedIndex:
        definition = self._definitions[when.index]
        made_of = lineage(definition.name, self._definitions)
        upstreams = [self._parts.upstream_then(url, when.serial) for url in made_of.upstreams]
        catalogs = [self._parts.catalog_then(name, when.serial) for name in made_of.own]
        own = [OwnIndex(catalog, self._parts.enrich) for catalog in catalogs]
        views = [view for _, view in upstreams]
        pages = _first(own, views, catalogs, self._granted(made_of))
        # What is selected never changes; whether it may be had is judged today.
        files = self._judged(pages, made_of)
        view = PastIndex(pages, files, [seen for seen, _ in upstreams], when)
        name = f"{when.index}{MARK}{when.serial}"
        return ServedIndex(
            name=name,
            is_private=definition.is_private,
            upstreams=tuple(masked(url) for url in made_of.upstreams),
            view=view,
            # Anybody may ask for any serial: nothing is kept on disk for that, and little in memory.
            pages=RenderedPages(name, self._rooted(view, name), NoPages(), memory_bytes=_MOMENT_BYTES),
            projects=PastList(view, self._turn),
            documents=self._parts.documents(view),
            takes_uploads=False,
        )

    def _rooted(self, view: IndexView, name: str) -> IndexView:
        """With absolute URLs, where they are known."""
        if self._parts.site is None:
            return view
        base = "" if name == self._main.name else f"index/{name}/"
        return ProvenanceUrls(view, f"{self._parts.site.rstrip('/')}/{base}")

    def _composed(self, definition: IndexDefinition) -> ServedIndex:
        made_of = lineage(definition.name, self._definitions)
        view = self._judged(self._layered(made_of), made_of)
        return ServedIndex(
            name=definition.name,
            is_private=definition.is_private,
            upstreams=tuple(masked(url) for url in made_of.upstreams),
            view=view,
            pages=RenderedPages(definition.name, self._rooted(view, definition.name), self._parts.pages),
            projects=RenderedList(view, self._parts.lists, name=definition.name, made_of=_told(made_of)),
            documents=self._parts.documents(view),
            takes_uploads=self._parts.folder is None or definition.name != MAIN,
        )

    def _layered(self, made_of: Lineage) -> IndexView:
        own = [self._own(name) for name in made_of.own]
        upstreams = [self._parts.upstream(url) for url in made_of.upstreams]
        catalogs = [self._parts.catalog(name) for name in made_of.own]
        return _first(own, upstreams, catalogs, self._granted(made_of))

    def _own(self, name: str) -> IndexView:
        folder = self._parts.folder if name == MAIN else None
        return folder or OwnIndex(self._parts.catalog(name), self._parts.enrich)

    def _judged(self, view: IndexView, made_of: Lineage) -> IndexView:
        """The view with today's verdicts."""
        quarantined = QuarantinedIndex(view, [self._parts.catalog(name) for name in made_of.own])
        return self._parts.policed(quarantined, made_of.own)

    def _granted(self, made_of: Lineage) -> frozenset[str]:
        return frozenset[str]().union(*(self._records.granted(name) for name in made_of.own))


def _first(
    own: Sequence[IndexView],
    upstreams: Sequence[IndexView],
    catalogs: Sequence[CatalogViews],
    granted: Collection[str],
) -> FirstIndex:
    """Own projects, and upstreams for names that none of ours has, or that were granted."""
    namesakes = [NamesakeIndex(one, catalogs, granted) for one in upstreams] if granted else upstreams
    return FirstIndex([_one(own), *namesakes], granted)


def _one(own: Sequence[IndexView]) -> IndexView:
    """Bases trust each other: their own projects are one."""
    return own[0] if len(own) == 1 else MergedIndex(own)


def _told(made_of: Lineage) -> str:
    """What a list was kept of; without credentials."""
    return " ".join([*made_of.own, *map(masked, made_of.upstreams)])
