"""An upstream in memory, with what reads through it wired: no sockets, no waiting."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bodega.adapters.blobs.folder import FolderBlobStore
from bodega.adapters.blobs.parts import FolderParts
from bodega.adapters.memory.inline import MemoryInlineStore
from bodega.adapters.memory.marks import MemoryMarks
from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.adapters.memory.turns import MemoryTurns
from bodega.adapters.memory.upstream import MemoryUpstreamRecords
from bodega.content.blob_store import BlobNotFoundError
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import Digest, sha256_of
from bodega.index.upstream.advisories import UpstreamAdvisories
from bodega.index.upstream.files import KeptFiles, UpstreamFiles
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.metadata import Documents, UpstreamMetadata
from bodega.index.upstream.pages import UpstreamPages
from bodega.index.upstream.source import UpstreamSource
from bodega.index.upstream.surroundings import Surroundings
from bodega.index.views.inline_metadata import InlinedPages

ROOT = "https://index.example.org/simple/"
FILES = "https://files.example.org/"
JSON = {"content-type": "application/vnd.pypi.simple.v1+json"}


def entry(filename: str, content: bytes, **changes: Any) -> dict[str, Any]:
    """The entry of a file on a page; ``None`` leaves a key out."""
    whole = {
        "filename": filename,
        "url": FILES + filename,
        "hashes": {"sha256": sha256_of(content).value},
        "size": len(content),
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


class AtOnce(Executor):
    """Does work when it is handed in."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **named: Any) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(work(*arguments, **named))
        return future


class SeenUpstream:
    """``transport`` answers; ``later`` holds the work that was to be done behind, until ``catch_up``."""

    def __init__(self, folder: Path, freshness: Freshness | None = None) -> None:
        self.transport = MemoryTransport()
        self.records = MemoryUpstreamRecords()
        self.blobs = FolderBlobStore(str(folder))
        self.parts = FolderParts(self.blobs, str(folder / "parts"))
        self.outcomes: list[str] = []
        self.turns, self.marks = MemoryTurns(), MemoryMarks()
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        self.later: list[Callable[[], None]] = []
        self.source = UpstreamSource(ROOT, self.transport, "an-instance")
        self.freshness = freshness or Freshness()
        self.advisories = UpstreamAdvisories(self.source)
        self.pages = self.new_pages()
        self.files = UpstreamFiles(
            self.source,
            self.records,
            KeptFiles(self.blobs, self.parts),
            downloads=AtOnce(),
            clock=lambda: self.now,
        )
        self.files.when_learned(self.pages.renew)
        documents = Documents(self.files, self.pages, self._read, clock=lambda: self.now, turns=self.turns)
        self.metadata = UpstreamMetadata(self.source, self.records, self.blobs, documents=documents)

    def new_pages(self) -> UpstreamPages:
        """Pages as after a restart: only the records remember."""
        return UpstreamPages(
            self.source,
            self.records,
            surroundings=Surroundings(
                self.later.append,
                lambda: self.now,
                self.turns,
                self.marks,
                self.outcomes.append,
                InlinedPages(MemoryInlineStore(), self._document, lambda work: work()),
            ),
            freshness=self.freshness,
        )

    def say(self, name: str, *entries: Mapping[str, Any], **document: Any) -> None:
        """Let the upstream answer with a page of these files."""
        page = {"meta": {"api-version": "1.1"}, "name": name, "files": entries, **document}
        self.transport.answers[f"{ROOT}{name}/"] = MemoryAnswer(json.dumps(page).encode(), headers=JSON)

    def give(self, filename: str, content: bytes, **changes: Any) -> None:
        """Let the upstream have a file."""
        self.transport.answers[FILES + filename] = MemoryAnswer(content, **changes)

    def catch_up(self) -> None:
        """Do what was to be done behind."""
        work, self.later[:] = self.later[:], []
        for one in work:
            one()

    def pass_time(self, seconds: float) -> None:
        """Let the clock go on."""
        self.now += timedelta(seconds=seconds)

    def asked(self, url: str) -> int:
        """How often a URL was asked for."""
        return sum(1 for one, _ in self.transport.asked if one == url)

    def _document(self, digest: Digest) -> bytes | None:
        try:
            return b"".join(self.blobs.read(digest))
        except BlobNotFoundError:
            return None

    def _read(self, digest: Digest, filename: str) -> bytes:
        path = self.blobs.path(digest)
        assert path is not None
        return read_metadata(path, filename)
