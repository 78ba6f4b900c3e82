"""Pages with the metadata of their files, as far as its documents are here (``_bodega``).

A document never changes under its digest, so what was read from it once holds for ever; whether a file is
seen, and under which policy, does not matter to it.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from bodega.formats.digests import Digest, sha256
from bodega.formats.errors import BodegaError
from bodega.formats.metadata import InvalidMetadataError, parse_metadata
from bodega.formats.names import NormalizedName
from bodega.index.views.pages_behind import Background
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectPage
from bodega.simple_api.parse_inline import is_tellable

#: Documents read for one page; the others have their turn when it is made the next time.
MOST_AT_ONCE = 400

#: The bytes of a document; ``None`` for one that is not here.
ReadDocument = Callable[[Digest], bytes | None]
#: What was read of documents, by their sha256; ``None`` of one that no client could read.
Known = Mapping[str, InlineMetadata | None]


class InlineStore(Protocol):
    """What was read of a project's metadata documents: a cache. Every method may be called from any thread.

    It is one for all indexes: what a document says does not depend on who has it.
    """

    def of(self, name: NormalizedName) -> Known:
        """What is known of the project's documents; one indexed look-up."""

    def add(self, name: NormalizedName, known: Known) -> None:
        """Remember these, too."""


class InlinedPages:
    """Adds metadata to pages. May be called from any thread."""

    def __init__(self, store: InlineStore, read: ReadDocument, background: Background) -> None:
        self._store = store
        self._read = read
        self._background = background

    def __call__(self, page: ProjectPage) -> ProjectPage:
        """The page, with the metadata of each wheel whose document is here."""
        wanted = dict.fromkeys(digest for file in page.files if (digest := _document_of(file)))
        if not wanted:
            return page
        known = self._store.of(page.name)
        fresh = self._read_now([digest for digest in wanted if digest not in known])
        if fresh:
            known = {**known, **fresh}
            # No reader waits for the database's writer.
            self._background(partial(self._remember, page.name, fresh))
        if not known:
            return page
        return replace(page, files=tuple([_told(file, known) for file in page.files]))

    def _remember(self, name: NormalizedName, fresh: Known) -> None:
        with suppress(BodegaError):
            self._store.add(name, fresh)

    def _read_now(self, wanted: list[str]) -> dict[str, InlineMetadata | None]:
        fresh: dict[str, InlineMetadata | None] = {}
        for digest in wanted:
            document = self._read(sha256(digest))
            if document is not None:
                fresh[digest] = inline_metadata(document)
            if len(fresh) == MOST_AT_ONCE:
                break
        return fresh


def inline_metadata(document: bytes) -> InlineMetadata | None:
    """What a page tells of a metadata document; ``None`` of one that cannot be read, or told in its lines."""
    try:
        metadata = parse_metadata(document)
    except InvalidMetadataError:
        return None
    told = InlineMetadata(metadata.requires_dist, metadata.requires_python, metadata.provides_extra)
    return told if is_tellable(told) else None


def _document_of(file: ProjectFile) -> str | None:
    if file.core_metadata is None or not file.filename.endswith(".whl"):
        return None
    return file.core_metadata.hashes.get("sha256")


def _told(file: ProjectFile, known: Known) -> ProjectFile:
    inline = known.get(_document_of(file) or "")
    return file if inline is None else replace(file, inline=inline)
