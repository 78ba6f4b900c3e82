"""Which files lie in a folder, and what was read of each; looked at again only where something changed.

A folder is listed again when its time of change is another one, a file is read again when its identity
(size, time, inode) is. Times have a grain: what changed less than two seconds before it was looked at is
not settled, and looked at once more.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bodega.adapters.filesystem.distribution_files import (
    MOST_LEVELS,
    DistributionFile,
    Listing,
    file_at,
    list_folder,
)
from bodega.adapters.folders.facts_cache import FactsCache, Verdict
from bodega.content.distribution_facts import DistributionFacts, read_facts
from bodega.formats.errors import BodegaError
from bodega.simple_api.parse_file import is_plain_filename

#: The grain of times on the coarsest file systems.
_GRAIN = 2.0
#: A file that was written to a moment ago is probably still being written.
_YOUNG = 0.2
_FEW = 8
_TOLD_EVERY = 3.0
_log = logging.getLogger(__name__)

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Known:
    """A file and what was read of it: facts, why it is not served, or ``None`` while it is being written."""

    file: DistributionFile
    verdict: Verdict | None
    is_settled: bool


@dataclass(frozen=True, slots=True)
class _Folder:
    modified_ns: int
    is_settled: bool
    listing: Listing


class FolderScan:
    """The state of one folder; for one thread at a time."""

    def __init__(self, root: str, facts: FactsCache, clock: Clock = time.time) -> None:
        """``root`` is a real path."""
        self.root = root
        self._facts = facts
        self._clock = clock
        self._folders: dict[str, _Folder] = {}
        self._files: dict[str, Known] = {}
        self._due: set[str] = set()
        self._closed: set[str] = set()
        self._is_first = True

    def files(self) -> Iterator[tuple[DistributionFile, DistributionFacts]]:
        """The files that can be served, by path."""
        for path in sorted(self._files):
            known = self._files[path]
            if isinstance(known.verdict, DistributionFacts):
                yield known.file, known.verdict

    def look(self, doubtful: Iterable[str] = ()) -> bool:
        """Look at what changed; says whether the files that can be served may be others now.

        ``doubtful`` are paths of files that somebody found changed.
        """
        before, doubted = len(self._files), set(doubtful)
        self._due.update(doubted)
        for path in [*self._folders] or [self.root]:
            if self._is_stale(path):
                self._list(path)
        has_less = len(self._files) < before
        read = self._read_due()
        self._is_first = False
        return has_less or read or bool(doubted)

    def keep(self) -> None:
        """Keep what is known for the next start."""
        self._facts.keep(self._files)

    def _is_stale(self, path: str) -> bool:
        known = self._folders.get(path)
        if known is None:
            return path == self.root
        try:
            modified = os.stat(path).st_mtime_ns
        except OSError:
            return True
        return modified != known.modified_ns or not known.is_settled

    def _list(self, path: str) -> None:
        """List a folder, and those below it that are new."""
        waiting = [path]
        while waiting:
            one = waiting.pop()
            folder = self._listed(one)
            before = self._folders.pop(one, None)
            here = folder.listing if folder else Listing((), ())
            if before:
                self._forget(before.listing, here)
            if folder is None:
                continue
            self._folders[one] = folder
            self._due.update(
                file.path
                for file in here.files
                if (known := self._files.get(file.path)) is None or known.file != file
            )
            waiting += [inner for inner in here.folders if inner not in self._folders]

    def _listed(self, path: str) -> _Folder | None:
        if path[len(self.root) :].count(os.sep) > MOST_LEVELS:
            return None
        try:
            # Before it is listed: what comes meanwhile makes another time, and is seen at the next look.
            modified_ns = os.stat(path).st_mtime_ns
            listing = list_folder(path, self.root)
        except OSError as error:
            if path not in self._closed:
                _log.warning("%s cannot be looked into: %s", shown(path), error.strerror)
                self._closed.add(path)
            return None
        self._closed.discard(path)
        return _Folder(modified_ns, self._is_old(modified_ns), listing)

    def _forget(self, before: Listing, now: Listing) -> None:
        """Forget what is not there any more, with all below it."""
        for path in {file.path for file in before.files} - {file.path for file in now.files}:
            self._files.pop(path, None)
            self._due.discard(path)
        for gone in set(before.folders) - set(now.folders):
            folder = self._folders.pop(gone, None)
            if folder is not None:
                self._forget(folder.listing, Listing((), ()))

    def _read_due(self) -> bool:
        now = self._clock()
        wanted: list[DistributionFile] = []
        is_changed = is_any = False
        for path in sorted(self._due):
            file = file_at(path, self.root)
            if file is None:
                is_changed |= self._files.pop(path, None) is not None
                self._due.discard(path)
            elif 0 <= now - file.modified_ns / 1e9 < _YOUNG and not self._is_first:
                is_changed |= self._put_off(file)
            elif self._is_wanted(file, now):
                is_any = True
                kept = self._facts.get(file)
                if kept is None:
                    wanted.append(file)
                else:
                    self._take(Known(file, kept, is_settled=True))
        for known in _several(self._examined, wanted):
            self._take(known)
            if known.is_settled and known.verdict is not None:
                self._facts.put(known.file, known.verdict)
        return is_changed or is_any

    def _put_off(self, file: DistributionFile) -> bool:
        """Leave a file alone that is being written; says whether it was served as it was before."""
        known = self._files.get(file.path)
        if known is None or known.file == file:
            return False
        self._files[file.path] = Known(file, None, is_settled=False)
        return True

    def _is_wanted(self, file: DistributionFile, now: float) -> bool:
        known = self._files.get(file.path)
        if known is None or known.file != file or known.verdict is None:
            return True
        return not known.is_settled and abs(now - file.modified_ns / 1e9) >= _GRAIN

    def _examined(self, file: DistributionFile) -> Known:
        is_settled = self._is_old(file.modified_ns)
        verdict: Verdict | None = _verdict(file)
        if file_at(file.path, self.root) != file:
            verdict, is_settled = None, False
        return Known(file, verdict, is_settled)

    def _take(self, known: Known) -> None:
        path = known.file.path
        before = self._files.get(path)
        self._files[path] = known
        if not known.is_settled:
            return
        if isinstance(known.verdict, str):
            # Looked at again and again: it may be mended in its place.
            if before is None or before.verdict != known.verdict or not before.is_settled:
                _log.warning("%s is not served: %s", shown(path), known.verdict)
        else:
            self._due.discard(path)

    def _is_old(self, modified_ns: int) -> bool:
        return abs(self._clock() - modified_ns / 1e9) >= _GRAIN


def shown(path: str) -> str:
    """A path for a log line: what is no letter or sign is escaped."""
    return path if path.isprintable() else repr(path)[1:-1]


def _verdict(file: DistributionFile) -> Verdict:
    if not is_plain_filename(file.filename):
        return "its name is not a plain file name"
    try:
        return read_facts(file.path, file.filename, file.size)
    except BodegaError as error:
        why = f" ({error.why})" if error.why else ""
        return f"{error.what}{why} [{error.code}]"
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def _several(
    examine: Callable[[DistributionFile], Known], files: Sequence[DistributionFile]
) -> Iterator[Known]:
    """Examine many at a time, and say how far it is when that takes a while."""
    if len(files) <= _FEW:
        yield from map(examine, files)
        return
    told = time.monotonic()
    with ThreadPoolExecutor(min(8, (os.cpu_count() or 1) + 1), thread_name_prefix="folder") as pool:
        for count, known in enumerate(pool.map(examine, files), 1):
            if time.monotonic() - told > _TOLD_EVERY:
                told = time.monotonic()
                _log.info("%d of %d files read", count, len(files))
            yield known
