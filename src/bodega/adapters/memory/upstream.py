"""What was seen of an upstream, in memory."""

import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from bodega.formats.names import NormalizedName
from bodega.index.upstream.model import UNHASHED, Refusal, SeenChange, SeenFile, SeenPage
from bodega.simple_api.pages import ListedProject, ProjectPage


class MemoryUpstreamRecords:
    """Implements ``index.upstream.ports.UpstreamRecords``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[NormalizedName, SeenPage] = {}
        self._pages: dict[NormalizedName, ProjectPage] = {}
        self._files: dict[NormalizedName, dict[str, SeenFile]] = {}
        self._refusals: list[Refusal] = []
        self._serial = 0
        self._marks: dict[NormalizedName, int] = {}
        self.changes: list[tuple[int, SeenChange]] = []

    def seen(self, name: NormalizedName) -> SeenPage | None:
        """How the page was last seen."""
        return self._seen.get(name)

    def page(self, name: NormalizedName) -> ProjectPage | None:
        """The page as the upstream gave it."""
        return self._pages.get(name)

    def keep(self, seen: SeenPage, page: ProjectPage | None = None) -> None:
        """Remember the page."""
        with self._lock:
            before = self._seen.get(seen.name)
            if before is None and page is None:
                return
            if before is None or before.serial != seen.serial:
                self._list_changed(seen.name)
            self._seen[seen.name] = seen
            if page is not None:
                self._pages[seen.name] = page

    def forget(self, name: NormalizedName) -> None:
        """Forget the page; its files stay known."""
        with self._lock:
            if self._seen.pop(name, None) is not None:
                self._list_changed(name)
            self._pages.pop(name, None)

    def files(self, name: NormalizedName) -> Mapping[str, SeenFile]:
        """Every file ever seen of a project."""
        with self._lock:
            return dict(self._files.get(name, {}))

    def file(self, key: str, filename: str) -> SeenFile | None:
        """The file of a URL."""
        with self._lock:
            if key.startswith(UNHASHED):
                return self._files.get(NormalizedName(key.removeprefix(UNHASHED)), {}).get(filename)
            found = (files.get(filename) for files in self._files.values())
            return next((file for file in found if file is not None and file.sha256 == key), None)

    def learn(self, files: Sequence[SeenFile], changes: Sequence[SeenChange] = ()) -> int | None:
        """Insert or replace, and note changes."""
        with self._lock:
            is_new = bool(changes) or any(file.seen_serial is None for file in files)
            self._serial += is_new
            for file in files:
                serial = self._serial if file.seen_serial is None else file.seen_serial
                seen = replace(file, seen_serial=serial)
                self._files.setdefault(file.project, {})[file.filename] = seen
            self.changes += [(self._serial, change) for change in changes]
            return self._serial if is_new else None

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Record, once per claim."""
        with self._lock:
            for refusal in refusals:
                if not any(_same(refusal, known) for known in self._refusals):
                    self._refusals.append(refusal)

    def refusals(self, name: NormalizedName) -> Sequence[Refusal]:
        """Claims that were not taken, oldest first."""
        return [refusal for refusal in self._refusals if refusal.project == name]

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects whose page is kept."""
        for name in sorted(self._seen):
            if low <= name and (below is None or name < below):
                yield ListedProject(name, name, self._seen[name].serial)

    def list_mark(self) -> int:
        """Changes with each page that comes or goes, and with each page's serial."""
        return max(self._marks.values(), default=0)

    def listed_since(self, mark: int, most: int) -> Collection[NormalizedName]:
        """Projects for which ``listed`` changed after the mark."""
        return [name for name, changed in self._marks.items() if changed > mark][:most]

    def _list_changed(self, name: NormalizedName) -> None:
        self._marks[name] = self.list_mark() + 1


def _same(one: Refusal, other: Refusal) -> bool:
    return (one.project, one.filename, one.reason) == (other.project, other.filename, other.reason)
