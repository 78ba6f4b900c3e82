"""Indexes, wired and ready to be served."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from bodega.content.blob_store import BlobStore
from bodega.index.upstream.ports import Observer
from bodega.index.views.index_view import IndexView
from bodega.index.views.project_documents import ProjectDocuments
from bodega.index.views.rendered_list import RenderedList
from bodega.index.views.rendered_pages import RenderedPages


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedIndex:
    """An index with what its routes need.

    ``upstreams`` are the roots read through, in order, without credentials. ``takes_uploads`` is false for
    an index as it was at an earlier time.
    """

    name: str
    is_private: bool
    upstreams: tuple[str, ...]
    view: IndexView
    pages: RenderedPages
    projects: RenderedList
    documents: ProjectDocuments
    takes_uploads: bool = True


class ServedIndexes(Protocol):
    """The indexes of a server by name; what is made or changed beside it is seen at the next call."""

    def find(self, name: str) -> ServedIndex | None:
        """The index of that name, or as of a time (``NAME@WHEN``); raises BodegaError for a bad time."""


def _nobody(_observer: Observer) -> None:
    """Nobody is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a server serves.

    ``instance`` is the id by which it finds itself again behind an upstream. ``lookups`` runs what may wait
    for a disk or an upstream. ``checks`` says of each thing that it depends on whether it works: its name,
    and a function that raises when it does not. ``version`` tells in which state the database is, where it
    can say so: while that is the same, so is every answer, unless time changes it. ``blob_folder`` is where
    blobs are files, if they are. ``observe`` names who is told, from any thread, how upstreams answer.
    ``close`` ends everything.
    """

    instance: str
    indexes: ServedIndexes
    blobs: BlobStore
    lookups: Executor
    checks: Mapping[str, Callable[[], None]]
    close: Callable[[], None]
    version: Callable[[], int] | None = None
    blob_folder: str | None = None
    observe: Callable[[Observer], None] = _nobody
