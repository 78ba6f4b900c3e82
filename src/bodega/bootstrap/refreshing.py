"""Asking upstreams for a project now, on the data folder of an index, beside a running server or without one.

What comes is stored, and the project's mark is moved: every process that serves the folder sees it at once.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.filesystem.data_folder import facts_of
from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.migrate import migrate
from bodega.bootstrap.catalog import CatalogHalf
from bodega.bootstrap.engines import refuse_other_engines
from bodega.bootstrap.pip_configuration import built_in_index_url, read_pip_configuration
from bodega.bootstrap.settings import Settings
from bodega.bootstrap.upstream_choice import choose_upstream
from bodega.bootstrap.upstreams import Upstreams, http_configuration
from bodega.formats.names import NormalizedName
from bodega.formats.urls import masked
from bodega.index.upstream.freshness import Freshness
from bodega.index.views.errors import IndexNotFoundError
from bodega.index.views.lineage import lineage
from bodega.index.views.model import MAIN, IndexDefinition


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What an upstream, by its root without credentials, said of a project.

    ``files`` and ``new`` are file names, ``new`` those that were not listed before; both are empty, and
    ``is_known`` is false, where it has no such project.
    """

    upstream: str
    is_known: bool
    files: tuple[str, ...]
    new: tuple[str, ...]


def refresh(
    settings: Settings, environment: Mapping[str, str], name: NormalizedName, index: str
) -> list[Refreshed]:
    """Ask every upstream of that index. Raises UpstreamError, IndexNotFoundError, and those of settings."""
    refuse_other_engines(settings)
    facts = facts_of(settings.data)
    pip = read_pip_configuration(environment)
    url = choose_upstream(settings.text("upstream"), facts, pip, built_in_index_url).url
    database = Database(f"sqlite:///{os.path.join(settings.data, 'bodega.db')}")
    blobs = FolderBlobStore(os.path.join(settings.data, "blobs"))
    upstreams = Upstreams(database, blobs, partial(http_configuration, pip, environment), Freshness())
    try:
        migrate(database)
        main = IndexDefinition(name=MAIN, upstreams=(url,) if url is not None else ())
        definitions = {**CatalogHalf(database, blobs).indexes.all(), MAIN: main}
        if index not in definitions:
            raise IndexNotFoundError(index)
        urls = lineage(index, definitions).upstreams
        return list(_asked(upstreams, facts.get("instance", ""), urls, name))
    finally:
        upstreams.close()
        database.close()


def _asked(
    upstreams: Upstreams, instance: str, urls: tuple[str, ...], name: NormalizedName
) -> Iterator[Refreshed]:
    for url in urls:
        before, after = upstreams.reader(instance, url).refresh(name)
        known = {file.filename for file in before.files} if before else set()
        files = tuple(file.filename for file in after.files) if after else ()
        new = tuple(filename for filename in files if filename not in known)
        yield Refreshed(masked(url), after is not None, files, new)
