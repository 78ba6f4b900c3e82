"""A catalogue in memory with published files, the bytes beside it, and what was told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bodega.adapters.memory.catalog import MemoryCatalogViews
from bodega.adapters.memory.state import MemoryState
from bodega.adapters.memory.work import BeginMemoryWork
from bodega.formats.digests import Digest, sha256_of
from bodega.formats.names import NormalizedName, normalize, project_name
from bodega.index.catalog.commands import PublishFile
from bodega.index.catalog.handlers import publish_file
from bodega.index.catalog.views import ProjectFacts
from bodega.index.views.model import IndexDefinition
from bodega.messaging.messages import Event
from bodega.messaging.serialization import decode, event_types
from bodega.simple_api.pages import ProjectFile

START = datetime(2026, 1, 2, 12, tzinfo=UTC)


class CatalogHouse:
    """``now`` is the clock's time; ``store`` holds the digests of the bytes that are kept."""

    def __init__(self) -> None:
        self.begin = BeginMemoryWork(MemoryState())
        self.store: set[Digest] = set()
        self.now = START

    def clock(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def close_after(self, index: str, days: int | None) -> None:
        """Say when the releases of an index are closed."""
        self.begin.state.indexes[index] = IndexDefinition(name=index, closed_after_days=days)

    def publish(self, project: str, *filenames: str, index: str = "main", content: bytes = b"") -> None:
        """Publish wheels named in full; each is of bytes of its own where none are given."""
        for filename in filenames:
            digest = sha256_of(content or filename.encode())
            metadata = sha256_of(b"metadata of " + (content or filename.encode()))
            order = PublishFile(
                index=index,
                project=project_name(project),
                version=filename.split("-")[1],
                filename=filename,
                kind="wheel",
                digest=digest,
                size=len(filename),
                requires_python=">=3.9",
                metadata=metadata,
                by="ci",
            )
            publish_file(order, self.begin, self.clock, _Bytes(self.store, (digest, metadata)))

    def views(self, index: str = "main") -> MemoryCatalogViews:
        return MemoryCatalogViews(self.begin.state, index)

    def facts(self, project: str, index: str = "main") -> ProjectFacts:
        found = self.views(index).facts(normalize(project))
        assert found is not None
        return found

    def files(self, project: str, index: str = "main") -> dict[str, ProjectFile]:
        return {file.filename: file for _, file in self.facts(project, index).files}

    def told(self, *kinds: type[Event]) -> list[Any]:
        """The events of these kinds, oldest first."""
        letters = (kept.letter for kept in self.begin.state.letters.values())
        types = event_types(kinds)
        return [decode(letter.type, letter.payload, types) for letter in letters if letter.type in types]


class _Bytes:
    def __init__(self, store: set[Digest], digests: Iterable[Digest]) -> None:
        self._store = store
        self._digests = tuple(digests)

    def keep(self) -> None:
        self._store.update(self._digests)

    def forget(self, is_used: Any) -> None:
        self._store -= {digest for digest in self._digests if not is_used(digest)}


def wheel(version: str, name: str = "sample", tag: str = "py3") -> str:
    return f"{name}-{version}-{tag}-none-any.whl"


SAMPLE = NormalizedName("sample")
