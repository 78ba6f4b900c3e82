"""A folder of wheels and sdists, watched while it is served."""

import hashlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bodega.adapters.filesystem.distribution_files import DistributionFile, file_at
from bodega.adapters.folders.facts_cache import FactsCache
from bodega.adapters.folders.folder_scan import FolderScan, shown
from bodega.content.distribution_facts import DistributionFacts
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import Digest, sha256
from bodega.formats.errors import BodegaError
from bodega.formats.names import NormalizedName, normalize
from bodega.index.views.errors import FileNotFoundHereError
from bodega.index.views.folder_files import FolderFile

#: Between two looks, and between two of the files of a project.
_PAUSE = 0.25
#: A look may take this part of the time at most.
_SHARE = 0.05
_log = logging.getLogger(__name__)


class ServedFolderError(BodegaError):
    """The folder that is to be served cannot be read."""

    code = "E-SERVED-FOLDER"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the folder {path} cannot be served", why=reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file as readers see it, and where it lies."""

    file: FolderFile
    source: DistributionFile


@dataclass(slots=True)
class _Project:
    """The files of a project; ``checked`` is when they were last seen to be unchanged."""

    entries: tuple[_Entry, ...]
    files: tuple[FolderFile, ...]
    checked: float


@dataclass(frozen=True, slots=True)
class _Snapshot:
    projects: Mapping[NormalizedName, _Project] = field(default_factory=dict)
    entries: Mapping[tuple[str, str], _Entry] = field(default_factory=dict)
    by_digest: Mapping[str, _Entry] = field(default_factory=dict)
    names: Mapping[NormalizedName, str] = field(default_factory=dict)
    state: str = ""


class ServedFolder:
    """Implements ``FolderFiles``; ``close`` ends the watching."""

    def __init__(self, root: str, facts: FactsCache, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Read the folder. Raises ServedFolderError."""
        self.root = os.path.realpath(root)
        self._clock = clock
        self._scan = FolderScan(self.root, facts)
        self._twice: set[str] = set()
        self._doubtful: set[str] = set()
        self._snapshot = _Snapshot()
        self._ended = threading.Event()
        try:
            os.listdir(self.root)
        except OSError as error:
            raise ServedFolderError(root, error.strerror or str(error)) from error
        self._scan.look()
        self._renew()
        self._scan.keep()
        self._thread = threading.Thread(target=self._watch, name="folder", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the watching."""
        self._ended.set()
        self._thread.join()
        self._scan.keep()

    def count(self) -> int:
        """How many files are served."""
        return len(self._snapshot.entries)

    def names(self) -> Mapping[NormalizedName, str]:
        """Every project, as its owner typed it."""
        return self._snapshot.names

    def state(self) -> str:
        """Changes with the projects."""
        return self._snapshot.state

    def project(self, name: NormalizedName) -> Sequence[FolderFile]:
        """The files of a project that are there."""
        project = self._snapshot.projects.get(name)
        if project is None:
            return ()
        now = self._clock()
        if now - project.checked >= _PAUSE:
            there = tuple(entry for entry in project.entries if self._is_there(entry))
            if len(there) != len(project.entries):
                project.entries, project.files = there, tuple(entry.file for entry in there)
            project.checked = now
        return project.files

    def file(self, digest: Digest, filename: str) -> FolderFile | None:
        """The file of that sha256 and name, if it is there, unchanged."""
        entry = self._snapshot.entries.get((digest.value, filename))
        return entry.file if entry is not None and self._is_there(entry) else None

    def document(self, file: FolderFile) -> bytes:
        """The core metadata of a wheel."""
        entry = self._snapshot.entries.get((file.digest.value, file.filename))
        if entry is None or not self._is_there(entry):
            raise FileNotFoundHereError(file.filename)
        return read_metadata(entry.source.path, file.filename)

    def path(self, digest: Digest) -> str | None:
        """Where a file with those bytes lies."""
        entry = self._snapshot.by_digest.get(digest.value)
        return entry.source.path if entry is not None and self._is_there(entry) else None

    def _is_there(self, entry: _Entry) -> bool:
        if file_at(entry.source.path, self.root) == entry.source:
            return True
        self._doubtful.add(entry.source.path)
        return False

    def _watch(self) -> None:
        pause = kept_at = 0.0
        while not self._ended.wait(max(_PAUSE, pause)):
            started = time.monotonic()
            try:
                doubtful, self._doubtful = self._doubtful, set()
                if self._scan.look(doubtful):
                    self._renew()
                    if started - kept_at > 10:  # noqa: PLR2004 - seconds: a folder that changes all the time
                        self._scan.keep()
                        kept_at = started
            except Exception:  # noqa: BLE001 - what is served stays as it is, and the next look may do
                _log.exception("the folder %s was not looked at", self.root)
            pause = min((time.monotonic() - started) / _SHARE, 1.0)

    def _renew(self) -> None:
        entries: dict[tuple[str, str], _Entry] = {}
        names: dict[str, str] = {}
        for source, facts in self._scan.files():
            first = names.setdefault(source.filename.lower(), source.path)
            if first == source.path:
                entries[(facts.sha256, source.filename)] = _Entry(_file(source, facts), source)
            elif source.path not in self._twice:
                self._twice.add(source.path)
                _log.warning("%s is not served: %s has its name", shown(source.path), shown(first))
        self._snapshot = _snapshot(entries, self._snapshot, self._clock())


def _snapshot(entries: Mapping[tuple[str, str], _Entry], before: _Snapshot, now: float) -> _Snapshot:
    projects: dict[NormalizedName, list[_Entry]] = {}
    for entry in entries.values():
        projects.setdefault(entry.file.project, []).append(entry)
    names = {name: of[-1].file.typed for name, of in projects.items()}
    seal = hashlib.sha256(repr(sorted(names.items())).encode(), usedforsecurity=False).hexdigest()[:32]
    return _Snapshot(
        projects={name: _project(of, before.projects.get(name), now) for name, of in projects.items()},
        entries=entries,
        by_digest={digest: entry for (digest, _), entry in entries.items()},
        names=names,
        state=seal,
    )


def _project(entries: Iterable[_Entry], before: _Project | None, now: float) -> _Project:
    """The project; the same files stay the same object, so that readers need not look closer."""
    found = tuple(entries)
    files = tuple(entry.file for entry in found)
    return _Project(found, before.files if before and before.files == files else files, now)


def _file(source: DistributionFile, facts: DistributionFacts) -> FolderFile:
    return FolderFile(
        project=normalize(facts.name),
        typed=facts.name,
        version=facts.version,
        filename=source.filename,
        digest=sha256(facts.sha256),
        size=source.size,
        modified=datetime.fromtimestamp(source.modified_ns // 1000 / 1e6, UTC),
        requires_python=facts.requires_python,
        metadata=sha256(facts.metadata_sha256) if facts.metadata_sha256 else None,
    )
