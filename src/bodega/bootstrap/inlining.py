"""Wiring of what pages tell of the metadata of their files."""

from collections.abc import Callable
from functools import partial

from bodega.adapters.sql.engine import Database
from bodega.adapters.sql.inline import SqlInlineStore
from bodega.bootstrap.daemon_threads import DaemonThreads
from bodega.content.blob_store import BlobNotFoundError, BlobStore
from bodega.formats.digests import Digest
from bodega.index.views.inline_metadata import InlinedPages


def inlined_pages(database: Database, blobs: BlobStore) -> InlinedPages:
    """Pages with the metadata of which the documents are among the blobs."""
    behind = DaemonThreads(1, "inline")

    def background(work: Callable[[], None]) -> None:
        behind.submit(work)

    return InlinedPages(SqlInlineStore(database), partial(_document, blobs), background)


def _document(blobs: BlobStore, digest: Digest) -> bytes | None:
    try:
        return b"".join(blobs.read(digest))
    except BlobNotFoundError:
        return None
