"""Wiring of a served index: data folder, database, blobs, the upstream, views, and the writing half."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from bodega import __version__
from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.filesystem.data_folder import DataFolder, new_instance_id
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.environment import netrc_credentials, proxies
from bodega.adapters.http.transport import HttpTransport
from bodega.adapters.sql.catalog_past import SqlCatalogPast
from bodega.adapters.sql.counters import SqlSerials
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.adapters.sql.pages import SqlPageStore
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.adapters.sql.upstream_past import SqlUpstreamPast
from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.daemon_threads import DaemonThreads
from bodega.bootstrap.indexes import Indexes, Parts
from bodega.bootstrap.pip_configuration import (
    PipConfiguration,
    built_in_index_url,
    read_pip_configuration,
)
from bodega.bootstrap.served_index import Served
from bodega.bootstrap.settings import Settings
from bodega.bootstrap.upstream_choice import NONE, UpstreamChoice, choose_upstream
from bodega.content.blob_store import BlobStore
from bodega.content.sdist_archive import read_sdist
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.errors import BodegaError
from bodega.index.upstream.files import UpstreamFiles
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.metadata import Documents, UpstreamMetadata
from bodega.index.upstream.pages import UpstreamPages
from bodega.index.upstream.source import UpstreamSource
from bodega.index.upstream.views import PastPages
from bodega.index.views.index_view import IndexView
from bodega.index.views.model import MAIN, IndexDefinition
from bodega.index.views.past_index import PastUpstreamIndex
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.upstream_index import UpstreamIndex
from bodega.messaging.clock import system_clock

#: Threads that may wait for the upstream or a disk, and downloads at the same time.
_LOOKUPS = 32
_DOWNLOADS = 16
_PROBE = b"bodega"


class UnsupportedEngineError(BodegaError):
    """A setting names an engine that this release cannot use."""

    code = "E-SETTING-ENGINE"

    def __init__(self, key: str, value: str) -> None:
        super().__init__(f"{key} cannot be {value[:60]!r} in this release", why="leave it unset")


@dataclass(frozen=True, slots=True)
class OpenIndex:
    """What is served, the writing half beside it, and which upstream was chosen."""

    served: Served
    catalog: CatalogHalf
    upstream: UpstreamChoice


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
    _refuse_other_engines(settings)
    pip = read_pip_configuration(environment)
    facts = folder.facts()
    choice = choose_upstream(settings.text("upstream"), facts, pip, built_in_index_url)
    fixed = {"instance": facts.get("instance") or new_instance_id(), "upstream": choice.url or NONE}
    if fixed != facts:
        folder.fix(fixed)
    database = Database(f"sqlite:///{os.path.join(folder.path, 'bodega.db')}")
    migrate(database)
    blobs = FolderBlobStore(os.path.join(folder.path, "blobs"))
    blobs.clean()
    catalog = CatalogHalf(database, blobs)
    closing: list[Callable[[], None]] = [folder.close, database.close]
    lookups = DaemonThreads(_LOOKUPS, "lookup")

    @cache
    def upstream(url: str) -> UpstreamIndex:
        transport = HttpTransport(http_configuration(pip, environment, home=url))
        closing.append(transport.close)
        return _upstream(UpstreamSource(url, transport, fixed["instance"]), database, blobs, settings)

    def upstream_then(url: str, serial: int) -> tuple[PastPages, IndexView]:
        pages = PastPages(SqlUpstreamPast(database, url, serial))
        return pages, PastUpstreamIndex(pages, upstream(url), serial)

    parts = Parts(
        catalog=cache(catalog.views),
        upstream=upstream,
        pages=SqlPageStore(database),
        catalog_then=lambda name, serial: SqlCatalogPast(database, name, serial),
        upstream_then=upstream_then,
        serials=SqlSerials(database),
        documents=lambda view: ProjectDocuments(view, blobs, partial(_sdist_metadata, blobs)),
    )
    main = IndexDefinition(name=MAIN, upstreams=(choice.url,) if choice.url is not None else ())
    served = Served(
        instance=fixed["instance"],
        indexes=Indexes(main, catalog.indexes, parts),
        blobs=blobs,
        lookups=lookups,
        checks={"database": partial(_check_database, catalog), "blobs": partial(_check_blobs, blobs)},
        close=partial(_close, closing),
        version=database.versions(),
    )
    return OpenIndex(served, catalog, choice)


def _upstream(
    source: UpstreamSource, database: Database, blobs: FolderBlobStore, settings: Settings
) -> UpstreamIndex:
    records = SqlUpstreamRecords(database, source.url)
    behind = DaemonThreads(_DOWNLOADS, "refresh")

    def background(work: Callable[[], None]) -> None:
        behind.submit(work)

    pages = UpstreamPages(
        source,
        records,
        background=background,
        clock=system_clock,
        freshness=Freshness(revalidate=float(settings.number("revalidate"))),
    )
    downloads = DaemonThreads(_DOWNLOADS, "download")
    files = UpstreamFiles(source, records, blobs, downloads=downloads, clock=system_clock)
    files.when_learned(pages.renew)
    documents = Documents(files, pages, partial(_wheel_metadata, blobs), clock=system_clock)
    return UpstreamIndex(pages, files, UpstreamMetadata(source, records, blobs, documents=documents))


def http_configuration(
    pip: PipConfiguration, environment: Mapping[str, str], *, home: str | None = None
) -> HttpConfiguration:
    """How the upstream is reached: trust, proxies and patience as pip is told, credentials from netrc."""
    found, no_proxy = proxies(environment)
    proxy = pip.text("proxy")
    if proxy is not None:
        found = {"http": proxy, "https": proxy}
    # Readers wait for the upstream: fewer tries than an installer makes, and stale pages help out.
    return HttpConfiguration(
        user_agent=f"bodega/{__version__} (index; Python {platform.python_version()})",
        timeout=min(pip.timeout or 15.0, 15.0),
        retries=2,
        longest_wait=1.0,
        read_patience=120.0,
        home=home,
        ca_file=pip.certificates or environment.get("SSL_CERT_FILE"),
        client_cert=pip.text("client-cert"),
        trusted_hosts=frozenset(pip.several("trusted-host")),
        proxies=found,
        no_proxy=no_proxy,
        credentials=netrc_credentials(environment),
    )


def _close(closing: list[Callable[[], None]]) -> None:
    for close in reversed(closing):
        close()


def _refuse_other_engines(settings: Settings) -> None:
    for key, usable in (("database_url", ""), ("blobs_url", ""), ("broker_url", "inprocess://")):
        if settings.text(key) != usable:
            raise UnsupportedEngineError(key, settings.text(key).partition("://")[0])


def _wheel_metadata(blobs: FolderBlobStore, digest: Digest, filename: str) -> bytes:
    path = blobs.path(digest)
    if path is None:
        raise UnsupportedEngineError("blobs_url", "a store without files")
    return read_metadata(path, filename)


def _sdist_metadata(blobs: FolderBlobStore, digest: Digest, filename: str) -> bytes:
    path = blobs.path(digest)
    if path is None:
        raise UnsupportedEngineError("blobs_url", "a store without files")
    return read_sdist(path, filename, blobs.size(digest)).pkg_info


def _check_database(catalog: CatalogHalf) -> None:
    catalog.indexes.epoch()


def _check_blobs(blobs: BlobStore) -> None:
    with blobs.writer() as writer:
        writer.write(_PROBE)
        if writer.digest() != sha256_of(_PROBE):
            raise OSError
