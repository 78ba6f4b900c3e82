"""Wiring of a served index: data folder, database, blobs, the upstream, views, and the writing half."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.filesystem.data_folder import DataFolder, new_instance_id
from bodega.adapters.folders.served_folder import ServedFolder
from bodega.adapters.sql.blob_references import SqlReferences
from bodega.adapters.sql.catalog_past import SqlCatalogPast
from bodega.adapters.sql.counters import SqlSerials
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.lists import SqlListStore
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.pages import SqlPageStore
from bodega.adapters.sql.upstream_past import SqlUpstreamPast
from bodega.adapters.sql.work import BeginWork
from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.daemon_threads import DaemonThreads
from bodega.bootstrap.engines import refuse_other_engines, sdist_metadata
from bodega.bootstrap.folder_serving import in_folder, open_folder, said_upstream
from bodega.bootstrap.indexes import Indexes, Parts
from bodega.bootstrap.inlining import inlined_pages
from bodega.bootstrap.making_room import MakingRoom
from bodega.bootstrap.pip_configuration import (
    built_in_index_url,
    read_pip_configuration,
)
from bodega.bootstrap.served_index import Served
from bodega.bootstrap.settings import Settings
from bodega.bootstrap.upload_rules import upload_rules
from bodega.bootstrap.upstream_choice import NONE, UpstreamChoice, choose_upstream
from bodega.bootstrap.upstreams import Upstreams, http_configuration
from bodega.content.blob_store import BlobStore
from bodega.formats.digests import sha256_of
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.views import PastPages
from bodega.index.views.folder_index import FolderIndex
from bodega.index.views.index_view import IndexView
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.index.views.pages_behind import PagesBehind
from bodega.index.views.past_index import PastUpstreamIndex
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.upstream_index import UpstreamIndex

#: Threads that may wait for the upstream or a disk, and downloads at the same time.
_LOOKUPS = 32
_DOWNLOADS = 16
_PROBE = b"bodega"


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """What is served, the writing half beside it, and which upstream was chosen."""

    served: Served
    catalog: CatalogHalf
    upstream: UpstreamChoice
    folder: ServedFolder | None = None


def open_index(
    settings: Settings, environment: Mapping[str, str], folder: DataFolder | None = None
) -> OpenIndex:
    """Open the index of a data folder, made and migrated where needed.

    ``folder`` is that of the settings, where it is held already; closing the index lets go of it.
    Raises DataFolderError, DataFolderInUseError, DatabaseUnavailableError, and the errors of settings.
    """
    folder = folder or DataFolder(settings.data)
    try:
        return _open(folder, settings, environment)
    except BaseException:
        folder.close()
        raise


def _open(folder: DataFolder, settings: Settings, environment: Mapping[str, str]) -> OpenIndex:
    refuse_other_engines(settings)
    pip = read_pip_configuration(environment)
    facts = folder.facts()
    choice = choose_upstream(said_upstream(settings), facts, pip, built_in_index_url)
    fixed = {**facts, "instance": facts.get("instance") or new_instance_id()}
    if not settings.text("folder"):
        fixed["upstream"] = choice.url or NONE
    if fixed != facts:
        folder.fix(fixed)
    database = Database(f"sqlite:///{os.path.join(folder.path, 'bodega.db')}")
    migrate(database)
    blobs = FolderBlobStore(os.path.join(folder.path, "blobs"))
    blobs.clean()
    catalog = CatalogHalf(database, blobs, rules=upload_rules(settings))
    closing: list[Callable[[], None]] = [folder.close, database.close]
    opened = open_folder(settings, environment)
    if opened is not None:
        closing.append(opened.close)
    lookups = DaemonThreads(_LOOKUPS, "lookup")

    freshness = Freshness(revalidate=float(settings.number("revalidate")))
    configure = partial(http_configuration, pip, environment)
    ahead = settings.number("metadata_ahead")
    upstreams = Upstreams(database, blobs, configure, freshness, ahead=ahead)
    closing.append(upstreams.close)
    limit = settings.size("cache_size")
    if limit is not None:
        room = MakingRoom(blobs, SqlReferences(database), BeginWork(database), limit)
        closing.append(room.stop)
        room.start()
    catalog.policy.serve_with_cooldown(settings.duration("cooldown"))
    upstreams_of = partial(upstreams.reader, fixed["instance"])
    site = settings.text("public_url") or None
    parts = _kept_behind(parts_of(catalog, blobs, upstreams_of, site=site, folder=opened), closing)
    main = IndexDefinition(name=MAIN, upstreams=(choice.url,) if choice.url is not None else ())
    served = Served(
        instance=fixed["instance"],
        indexes=Indexes(main, catalog.indexes, parts),
        blobs=in_folder(opened, blobs),
        lookups=lookups,
        checks={"database": partial(_check_database, catalog), "blobs": partial(_check_blobs, blobs)},
        close=partial(_close, closing),
        observe=upstreams.observe,
        # A folder changes beside the database.
        version=database.versions() if opened is None else None,
        blob_folder=os.path.join(folder.path, "blobs"),
    )
    return OpenIndex(served, catalog, choice, opened)


def _kept_behind(parts: Parts, closing: list[Callable[[], None]]) -> Parts:
    """The parts with pages that are written to the store behind the answers."""
    behind = DaemonThreads(1, "pages")
    pages = PagesBehind(parts.pages, lambda work: _hand_over(work, behind))
    closing += [behind.shutdown, pages.catch_up]
    return replace(parts, pages=pages)


def _hand_over(work: Callable[[], None], behind: DaemonThreads) -> None:
    behind.submit(work)


def parts_of(
    catalog: CatalogHalf,
    blobs: FolderBlobStore,
    upstream: Callable[[str], UpstreamIndex],
    *,
    site: str | None = None,
    folder: ServedFolder | None = None,
) -> Parts:
    """What the indexes of a data folder are made of; ``site`` is the public URL, where one is set.

    ``folder`` is served in place of main's own projects.
    """
    database = catalog.database
    enrich = inlined_pages(database, blobs)
    shown = in_folder(folder, blobs)

    def upstream_then(url: str, serial: int) -> tuple[PastPages, IndexView]:
        pages = PastPages(SqlUpstreamPast(database, url, serial))
        return pages, PastUpstreamIndex(pages, upstream(url), serial, enrich)

    return Parts(
        catalog=cache(catalog.views),
        upstream=upstream,
        policed=catalog.policy.layer,
        pages=SqlPageStore(database),
        lists=SqlListStore(database),
        catalog_then=lambda name, serial: SqlCatalogPast(database, name, serial),
        upstream_then=upstream_then,
        serials=SqlSerials(database),
        enrich=enrich,
        site=site,
        documents=lambda view: ProjectDocuments(view, shown, partial(sdist_metadata, shown)),
        folder=None if folder is None else FolderIndex(folder, blobs),
    )


def _close(closing: list[Callable[[], None]]) -> None:
    for close in reversed(closing):
        close()


def _check_database(catalog: CatalogHalf) -> None:
    catalog.indexes.epoch()


def _check_blobs(blobs: BlobStore) -> None:
    with blobs.writer() as writer:
        writer.write(_PROBE)
        if writer.digest() != sha256_of(_PROBE):
            raise OSError
