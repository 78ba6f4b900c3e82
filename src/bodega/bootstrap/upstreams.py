"""Wiring of upstreams: each with connections, records and downloads of its own, made when first asked for."""

import os
import platform
from collections.abc import Callable, Mapping
from functools import partial
from threading import Lock
from typing import Protocol

from bodega import __version__
from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.blobs.parts import OLD_PART, FolderParts
from bodega.adapters.filesystem.marks import FileMarks
from bodega.adapters.filesystem.turns import FileTurns
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.environment import netrc_credentials, proxies
from bodega.adapters.http.transport import HttpTransport
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.upstream import SqlUpstreamRecords
from bodega.bootstrap.daemon_threads import DaemonThreads
from bodega.bootstrap.engines import wheel_metadata
from bodega.bootstrap.inlining import inlined_pages
from bodega.bootstrap.pip_configuration import PipConfiguration
from bodega.index.upstream.advisories import UpstreamAdvisories
from bodega.index.upstream.ahead import MetadataAhead
from bodega.index.upstream.files import KeptFiles, UpstreamFiles
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.metadata import Documents, UpstreamMetadata
from bodega.index.upstream.pages import UpstreamPages
from bodega.index.upstream.ports import Observer, Outcome
from bodega.index.upstream.source import UpstreamSource
from bodega.index.upstream.surroundings import Surroundings
from bodega.index.views.upstream_index import UpstreamIndex
from bodega.messaging.clock import system_clock

_DOWNLOADS = 16


class Configure(Protocol):
    """How an upstream is reached."""

    def __call__(self, *, home: str) -> HttpConfiguration:
        """For the upstream with that root."""


class Upstreams:
    """The upstreams of one data folder by their root URLs; may be used from any thread."""

    def __init__(
        self,
        database: Database,
        blobs: FolderBlobStore,
        configure: Configure,
        freshness: Freshness,
        *,
        ahead: int = 0,
    ) -> None:
        """``ahead`` is the number of releases whose metadata is asked for behind their page."""
        self._ahead = ahead
        self._database = database
        self._blobs = blobs
        self._configure = configure
        self._freshness = freshness
        # Shared with every other process on the data folder.
        self._parts = FolderParts(blobs, blobs.beside("parts"))
        self._parts.clean(OLD_PART)
        between = os.path.normpath(blobs.beside("../between"))
        self._turns = FileTurns(os.path.join(between, "turns"))
        self._marks = FileMarks(os.path.join(between, "marks"))
        self._enrich = inlined_pages(database, blobs)
        self._lock = Lock()
        self._observer: Observer | None = None
        self._open: dict[str, UpstreamIndex] = {}
        self._closing: list[Callable[[], None]] = []

    def reader(self, instance: str, url: str) -> UpstreamIndex:
        """The view of an upstream; ``instance`` is the id by which we find ourselves again behind it."""
        with self._lock:
            if url not in self._open:
                transport = HttpTransport(self._configure(home=url))
                self._closing.append(transport.close)
                self._open[url] = self._made(UpstreamSource(url, transport, instance))
            return self._open[url]

    def observe(self, observer: Observer) -> None:
        """Tell this one, from any thread, how upstreams answer."""
        self._observer = observer

    def _observed(self, outcome: Outcome) -> None:
        if self._observer is not None:
            self._observer(outcome)

    def close(self) -> None:
        """Close every connection."""
        for close in self._closing:
            close()

    def _made(self, source: UpstreamSource) -> UpstreamIndex:
        records = SqlUpstreamRecords(self._database, source.url)
        behind = DaemonThreads(_DOWNLOADS, "refresh")

        def background(work: Callable[[], None]) -> None:
            behind.submit(work)

        surroundings = Surroundings(
            background, system_clock, self._turns, self._marks, self._observed, self._enrich
        )
        pages = UpstreamPages(source, records, surroundings=surroundings, freshness=self._freshness)
        downloads = DaemonThreads(_DOWNLOADS, "download")
        kept = KeptFiles(self._blobs, self._parts)
        files = UpstreamFiles(source, records, kept, downloads=downloads, clock=system_clock)
        files.when_learned(pages.renew)
        read = partial(wheel_metadata, self._blobs)
        documents = Documents(files, pages, read, clock=system_clock, turns=self._turns)
        metadata = UpstreamMetadata(source, records, self._blobs, documents=documents)
        if self._ahead:
            one_by_one = DaemonThreads(1, "ahead")

            def later(work: Callable[[], None]) -> None:
                one_by_one.submit(work)

            pages.when_arrived(MetadataAhead(records, metadata, later, self._ahead))
        return UpstreamIndex(pages, files, metadata, advisories=UpstreamAdvisories(source))


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
