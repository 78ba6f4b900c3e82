"""Late-bound indexes: a lock is bound to hashes, so its files may come from any index that has them."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bodega.formats.direct_url import without_credentials
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName
from bodega.installer.indexes.downloadable import Downloadable
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.locking.selection import Selected


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A file at another place than first thought; it is held to the same hashes."""

    filename: str
    url: str
    hashes: Mapping[str, str] = field(default_factory=dict)
    size: int | None = None


class LateBinding:
    """Where a file of a lock is, if it is not where it was looked for. May be asked from any thread.

    ``locked`` are the files as the lock has them; ``say`` is told, once, that one came from elsewhere.
    """

    def __init__(
        self, locked: Mapping[str, Selected], reader: IndexReader, say: Callable[[str], None]
    ) -> None:
        self._locked = locked
        self._reader = reader
        self._say = say
        self._lock = threading.Lock()
        self._said: set[str] = set()

    def elsewhere(self, file: Downloadable) -> Downloadable | None:
        """Another place of a file: the lock's own URL, else the page of the configured index."""
        one = self._locked.get(file.filename)
        if one is None or dict(one.hashes) != dict(file.hashes):
            return None
        url = one.url if one.url != file.url else self._on_page(one)
        if url is None or url == file.url:
            return None
        self._tell(file.url, url)
        return Elsewhere(one.filename, url, one.hashes, one.size)

    def _on_page(self, one: Selected) -> str | None:
        try:
            page = page_for(one.name, one.index, self._reader)
        except BodegaError:
            return None
        files = page.page.files if page is not None else ()
        return next((file.url for file in files if file.filename == one.filename), None)

    def _tell(self, first: str, then: str) -> None:
        words = f"{_host(first)} does not give all of the lock's files; the rest comes from {_host(then)}"
        with self._lock:
            if words in self._said:
                return
            self._said.add(words)
        self._say(f"note: {words}")


def page_for(name: NormalizedName, index: str | None, reader: IndexReader) -> IndexPage | None:
    """A project's page: that of the lock's own index where it is among those configured, else the first's."""
    page = reader.page(name)
    if page is None or index is None or is_same_index(page.index, index):
        return page
    if not any(is_same_index(place, index) for place in reader.places()):
        return page
    later = reader.later_pages(name, page.index)
    return next((one for one in later if is_same_index(one.index, index)), page)


def is_same_index(one: str, other: str) -> bool:
    """Whether two base URLs are of one index, whoever asks it."""
    return without_credentials(one).rstrip("/") == without_credentials(other).rstrip("/")


def _host(url: str) -> str:
    scheme, _, rest = without_credentials(url).partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
