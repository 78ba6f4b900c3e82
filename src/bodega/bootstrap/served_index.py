"""One index, wired and ready to be served."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from bodega.content.blob_store import BlobStore
from bodega.index.views.index_view import IndexView
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.rendered_list import RenderedList
from bodega.index.views.rendered_pages import RenderedPages


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedIndex:
    """An index with what its routes need.

    ``upstream`` is the upstream's root without credentials, ``None`` for none. ``lookups`` runs what may
    wait for a disk or an upstream. ``checks`` says of each thing that the index depends on whether it
    works: its name, and a function that raises when it does not. ``close`` ends everything.
    """

    name: str
    instance: str
    upstream: str | None
    view: IndexView
    pages: RenderedPages
    projects: RenderedList
    documents: ProjectDocuments
    blobs: BlobStore
    lookups: Executor
    checks: Mapping[str, Callable[[], None]]
    close: Callable[[], None]
