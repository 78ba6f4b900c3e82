"""From a project page to candidates for a target: each version's best wheel, else its source, newest first.

What exists and is not offered is found again when an explanation asks for it, with its reason.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bodega.formats.digests import best_digest
from bodega.formats.filenames import WheelParts, wheel_parts
from bodega.formats.names import NormalizedName
from bodega.formats.tags import TagRanking
from bodega.formats.targets import Target
from bodega.formats.version_order import VersionKey
from bodega.formats.versions import python_allows
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.best_files import Release, Rules, choose, releases_of
from bodega.installer.locking.candidate import Candidates
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.format_control import FormatControl, Kinds
from bodega.installer.locking.kept_candidates import Found, candidates_of, dump, found_among, load
from bodega.installer.locking.release_files import ReleaseFiles
from bodega.installer.locking.unoffered import unoffered
from bodega.resolution.not_offered import NotOffered
from bodega.simple_api.listed_files import FileColumns, columns_of_files, tells
from bodega.simple_api.pages import ProjectFile

_FORMAT = 7
_EVERYTHING = FormatControl()
_NO_HASHES: Mapping[NormalizedName, frozenset[str]] = {}


@dataclass(frozen=True, slots=True)
class ProjectCandidates:
    """The candidates of a project, newest first.

    ``tells`` says whether the page has inline metadata, which the files of kept candidates lack.
    """

    index: str
    candidates: Candidates
    tells: bool = False


class CandidateFinder:
    """Finds candidates for one target, and keeps what it found."""

    def __init__(
        self,
        target: Target,
        cache: ComputedCache,
        control: FormatControl = _EVERYTHING,
        *,
        hashes: Mapping[NormalizedName, frozenset[str]] = _NO_HASHES,
        any_python: bool = False,
    ) -> None:
        self._hashes = hashes
        self._any_python = any_python
        self._control = control
        self._target = target
        self._ranking = TagRanking(target.tags)
        self._further = tuple(TagRanking(tags) for tags in target.also)
        self._cache = cache
        self._fingerprint = fingerprint_of(target)

    def find(self, name: NormalizedName, page: IndexPage) -> ProjectCandidates:
        """The candidates of a page."""
        kinds = self._kinds(name)
        shape = f"{kinds.key}{'p' if self._any_python else ''}"
        key = f"candidates-{_FORMAT}-{shape}-{page.fingerprint}-{self._fingerprint}"
        files = ReleaseFiles(name, page, self._cache)
        kept = self._cache.get(key)
        loaded = load(kept, files) if kept is not None else None
        if loaded is not None:
            return ProjectCandidates(page.index, *loaded)
        found, listed = self._found(name, page, files), page.page.files
        self._cache.keep(key, dump(found, listed))
        return ProjectCandidates(page.index, candidates_of(found, listed, files), tells(listed))

    def _found(self, name: NormalizedName, page: IndexPage, files: ReleaseFiles) -> Found:
        columns = columns_of_files(page.page.files)
        if page.page.status == "quarantined":
            return found_among({}, columns)
        releases = self._releases(name, page, columns)
        files.learn(releases)
        return found_among(releases, columns)

    def unoffered(self, name: NormalizedName, page: IndexPage) -> tuple[NotOffered, ...]:
        """What the page has and ``find`` does not give, each with its reason, newest first."""
        if page.page.status == "quarantined":
            reason = page.page.status_reason or "no reason given"
            return (NotOffered("quarantined", (), f"the project is quarantined: {reason}"),)
        columns = columns_of_files(page.page.files)
        releases = self._releases(name, page, columns)
        missing = {
            key: (one.text, refused)
            for key, one in releases.items()
            if one.best < 0 and (refused := self._refused(one, page.page.files, self._kinds(name)))
        }
        offered = {key for key, one in releases.items() if one.best >= 0}
        return unoffered(page.page.hidden, missing, self._target, {*missing, *offered})

    def _kinds(self, name: NormalizedName) -> Kinds:
        kinds = self._control.kinds(name)
        return replace(kinds, hashes=self._hashes[name]) if name in self._hashes else kinds

    def _releases(
        self, name: NormalizedName, page: IndexPage, columns: FileColumns
    ) -> dict[VersionKey, Release]:
        listed, kinds = page.page.files, self._kinds(name)
        releases = releases_of(name, columns.filenames)

        def is_other(number: int) -> bool:
            return bool(kinds.hashes) and not kinds.prefers(listed[number].hashes)

        choose(releases, columns, Rules(self._ranking, self._admits, kinds, is_other, self._further))
        return releases

    def _refused(
        self, release: Release, files: Sequence[ProjectFile], kinds: Kinds
    ) -> list[tuple[str, ProjectFile]]:
        """The files of a version that cannot be taken, each with the reason; names that are none left out."""
        found = []
        for number, rest in release.files:
            file, parts = files[number], wheel_parts(files[number].filename)
            if (parts is None) == bool(rest):
                continue
            reason = self._reason(file, parts, kinds)
            if reason is not None or self._further:
                found.append((reason or "platform", file))
        return found

    def _reason(self, file: ProjectFile, parts: WheelParts | None, kinds: Kinds) -> str | None:
        if not self._admits(file.requires_python):
            return "python"
        if parts is None and not kinds.sources:
            return "sdist"
        if parts is not None and not kinds.wheels:
            return "wheel"
        if best_digest(file.hashes) is None:
            return "hash"
        return None if parts is None or self._ranking.rank(parts.tags) is not None else "platform"

    def _admits(self, requires_python: str | None) -> bool:
        if self._any_python or not requires_python:
            return True
        return python_allows(requires_python, self._target.python)


def fingerprint_of(target: Target) -> str:
    """What changes whenever a target does."""
    markers = (f"{name}={value}" for name, value in sorted(target.markers.items()))
    further = ("|".join(tags) for tags in target.also)
    text = "\n".join((target.python, *target.tags, *markers, *further))
    return hashlib.sha256(text.encode()).hexdigest()[:20]
