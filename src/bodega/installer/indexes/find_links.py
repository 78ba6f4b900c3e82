"""``--find-links``: files of folders and pages, beside those of the indexes and of equal rank."""

import hashlib
import os
import threading
from collections.abc import Iterator, Sequence

from bodega.formats.direct_url import without_credentials
from bodega.formats.filenames import named_projects, sdist_version, wheel_parts
from bodega.formats.names import NormalizedName, normalize
from bodega.installer.indexes.errors import FindLinksError, IndexFailedError
from bodega.installer.indexes.merging import merged
from bodega.installer.indexes.places import file_url, local_path
from bodega.installer.indexes.ports import IndexPage, IndexReader
from bodega.installer.indexes.reader import MOST_PAGE_BYTES, PageParser
from bodega.simple_api.pages import ProjectFile, ProjectPage
from bodega.simple_api.transport import Transport

_OK = 200
_PIECE = 1 << 20
#: A page of links is of no project.
_ANY = NormalizedName("find-links")


class LinkedReader:
    """Implements ``indexes.ports.IndexReader`` over another one, with the files of places besides.

    A project that is bound to one index has no files of places.
    """

    def __init__(
        self, inner: IndexReader, places: Sequence[str], transport: Transport, parse: PageParser
    ) -> None:
        self._inner = inner
        self._places = places
        self._transport = transport
        self._parse = parse
        self._lock = threading.Lock()
        self._listed: list[tuple[str, ProjectFile]] | None = None

    def cached_page(self, name: NormalizedName) -> IndexPage | None:
        """The inner reader's, where the places have nothing of that name."""
        return None if any(self._named(name)) else self._inner.cached_page(name)

    def page(self, name: NormalizedName) -> IndexPage | None:
        """The page of the index, with the files of the places."""
        found = self._inner.page(name)
        files = tuple(self._hashed(file) for file in self._named(name))
        if not files:
            return found
        facts = "\n".join(f"{file.url} {sorted(file.hashes.items())}" for file in files)
        fingerprint = hashlib.sha256(facts.encode()).hexdigest()[:32]
        links = IndexPage(ProjectPage(name=name, files=files), self._places[0], fingerprint)
        return links if found is None else merged([found, links])

    def later_pages(self, name: NormalizedName, index: str) -> Sequence[IndexPage]:
        """The inner reader's: places have no rank of their own."""
        return self._inner.later_pages(name, index)

    def cached_metadata(self, file: ProjectFile) -> bytes | None:
        """The kept core metadata of a wheel."""
        return self._inner.cached_metadata(file)

    def places(self) -> Sequence[str]:
        """The inner reader's, then those of ``--find-links``."""
        return (*self._inner.places(), *(without_credentials(place) for place in self._places))

    def pin(self, name: NormalizedName) -> str | None:
        """The inner reader's."""
        return self._inner.pin(name)

    def correct_metadata(self, file: ProjectFile, document: bytes) -> None:
        """Keep the core metadata of a wheel that was looked into, in the place of what was said of it."""
        self._inner.correct_metadata(file, document)

    def metadata(self, file: ProjectFile) -> bytes:
        """The core metadata of a wheel."""
        return self._inner.metadata(file)

    def _named(self, name: NormalizedName) -> Iterator[ProjectFile]:
        if self._inner.pin(name) is not None:
            return
        with self._lock:
            if self._listed is None:
                self._listed = [pair for place in self._places for pair in self._list(place)]
        for project, file in self._listed:
            if project == name or (not project and sdist_version(file.filename, name) is not None):
                yield file

    def _list(self, place: str) -> Iterator[tuple[str, ProjectFile]]:
        path = local_path(place)
        if path is None:
            files: Sequence[ProjectFile] = self._fetched(place)
        elif os.path.isdir(path):
            files = list(_in_folder(path))
        elif os.path.isfile(path):
            with open(path, "rb") as file:
                files = self._parse(file.read(), "text/html", file_url(path), _ANY).files
        else:
            raise FindLinksError(place, "there is no such file or folder")
        for one in files:
            yield (normalize(one.filename.partition("-")[0]) if wheel_parts(one.filename) else ""), one

    def _fetched(self, url: str) -> Sequence[ProjectFile]:
        with self._transport.get(url, {"Accept": "text/html", "Accept-Encoding": "gzip"}) as answer:
            if answer.status != _OK:
                raise IndexFailedError(answer.url, detail=f"it answered {answer.status}")
            body = answer.read(MOST_PAGE_BYTES)
            return self._parse(body, answer.headers.get("content-type", ""), answer.url, _ANY).files

    def _hashed(self, file: ProjectFile) -> ProjectFile:
        """A local file says by itself what it is."""
        path = local_path(file.url)
        if path is None or file.hashes:
            return file
        hasher, size = hashlib.sha256(), 0
        with open(path, "rb", buffering=0) as content:
            while piece := content.read(_PIECE):
                hasher.update(piece)
                size += len(piece)
        return ProjectFile(
            filename=file.filename, url=file.url, hashes={"sha256": hasher.hexdigest()}, size=size
        )


def _in_folder(path: str) -> Iterator[ProjectFile]:
    for name in sorted(os.listdir(path)):
        if named_projects(name, _ANY) != (_ANY,) or name.endswith((".tar.gz", ".zip", ".tgz", ".tar.bz2")):
            yield ProjectFile(filename=name, url=file_url(os.path.join(path, name)))
