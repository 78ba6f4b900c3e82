"""From a project page to candidates for a target: each version's best wheel, else its source, newest first.

What exists and is not offered is found again when an explanation asks for it, with its reason.
"""

import hashlib
import marshal
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from bodega.formats.digests import best_digest
from bodega.formats.filenames import WheelParts, sdist_version, wheel_parts
from bodega.formats.names import NormalizedName
from bodega.formats.tags import TagRanking
from bodega.formats.targets import Target
from bodega.formats.version_order import VersionKey, is_prerelease, normalized, version_key
from bodega.formats.versions import python_allows
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.format_control import FormatControl, Kinds
from bodega.installer.locking.ports import Prepared
from bodega.installer.locking.unoffered import unoffered
from bodega.resolution.not_offered import NotOffered
from bodega.simple_api.pages import MetadataOffer, ProjectFile

_FORMAT = 7
_EVERYTHING = FormatControl()
_NO_HASHES: Mapping[NormalizedName, frozenset[str]] = {}


class ComputedCache(Protocol):
    """Keeps what was computed from something that never changes under its key."""

    def get(self, key: str) -> bytes | None:
        """What was kept."""

    def keep(self, key: str, data: bytes) -> None:
        """Keep it; may silently fail."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One version of a project, its key in the order of versions, and the file it would be installed from.

    ``prepared`` is what a direct reference came down to, where it is that and no index that names it.
    """

    version: str
    key: VersionKey
    file: ProjectFile
    prepared: Prepared | None = None

    @property
    def is_prerelease(self) -> bool:
        """Whether it is a pre-release or a development release (PEP 440)."""
        return is_prerelease(self.key)

    @property
    def is_source(self) -> bool:
        """Whether its file has to be built first."""
        return not self.file.filename.endswith(".whl")


@dataclass(frozen=True, slots=True)
class ProjectCandidates:
    """The candidates of a project, newest first.

    ``tells`` says whether the page has inline metadata, which the files of kept candidates lack.
    """

    index: str
    candidates: tuple[Candidate, ...]
    tells: bool = False


@dataclass(slots=True)
class _Version:
    """What one version has: its best file, and those that were passed over with the reason.

    ``serves`` are the numbers of the further platforms that have a file of it.
    """

    text: str
    best: tuple[tuple[bool, bool, bool, int, int, str], ProjectFile] | None = None
    refused: list[tuple[str, ProjectFile]] = field(default_factory=list)
    serves: set[int] = field(default_factory=set)


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
        self._further = [TagRanking(tags) for tags in target.also]
        self._cache = cache
        self._fingerprint = fingerprint_of(target)

    def find(self, name: NormalizedName, page: IndexPage) -> ProjectCandidates:
        """The candidates of a page."""
        kinds = self._kinds(name)
        shape = f"{kinds.key}{'p' if self._any_python else ''}"
        key = f"candidates-{_FORMAT}-{shape}-{page.fingerprint}-{self._fingerprint}"
        kept = self._cache.get(key)
        if kept is not None:
            try:
                return _load(page.index, kept)
            except (ValueError, TypeError, EOFError):
                pass
        versions = self._versions(name, page)
        found = ProjectCandidates(
            page.index,
            tuple(
                Candidate(versions[version].text, version, best[1])
                for version in sorted(versions, reverse=True)
                if (best := versions[version].best)
            ),
            tells=any(file.inline is not None for file in page.page.files),
        )
        self._cache.keep(key, _dump(found))
        return found

    def unoffered(self, name: NormalizedName, page: IndexPage) -> tuple[NotOffered, ...]:
        """What the page has and ``find`` does not give, each with its reason, newest first."""
        if page.page.status == "quarantined":
            reason = page.page.status_reason or "no reason given"
            return (NotOffered("quarantined", (), f"the project is quarantined: {reason}"),)
        versions = self._versions(name, page)
        missing = {key: (one.text, one.refused) for key, one in versions.items() if one.best is None}
        return unoffered(page.page.hidden, missing, self._target, set(versions))

    def _kinds(self, name: NormalizedName) -> Kinds:
        kinds = self._control.kinds(name)
        return replace(kinds, hashes=self._hashes[name]) if name in self._hashes else kinds

    def _versions(self, name: NormalizedName, page: IndexPage) -> dict[VersionKey, _Version]:
        versions: dict[VersionKey, _Version] = {}
        if page.page.status == "quarantined":
            return versions
        kinds = self._kinds(name)
        keys: dict[str, VersionKey | None] = {}
        for file in page.page.files:
            parts = wheel_parts(file.filename)
            text = parts.version if parts else sdist_version(file.filename, name)
            if text is None:
                continue
            if text not in keys:
                keys[text] = version_key(text)
            key = keys[text]
            if key is not None:
                entry = versions.setdefault(key, _Version(normalized(text) or text))
                self._sort_in(entry, file, parts, kinds)
        for one in versions.values():
            if one.best is not None and len(one.serves) < len(self._further):
                one.refused.append(("platform", one.best[1]))
                one.best = None
        return versions

    def _sort_in(self, version: _Version, file: ProjectFile, parts: WheelParts | None, kinds: Kinds) -> None:
        reason = self._reason(file, parts, kinds)
        if reason is None or (reason == "platform" and self._further):
            version.serves |= {
                number
                for number, ranking in enumerate(self._further)
                if parts is None or ranking.rank(parts.tags) is not None
            }
        if reason is not None:
            version.refused.append((reason, file))
            return
        is_yanked = file.yanked is not None
        is_other = bool(kinds.hashes) and not kinds.prefers(file.hashes)
        # Lower is better: of a wanted hash, not yanked, a wheel, the tag's rank, the higher build;
        # of sources a .tar.gz.
        if parts is None:
            score = (is_other, is_yanked, True, 0 if file.filename.endswith(".tar.gz") else 1, 0, "")
        else:
            rank = self._ranking.rank(parts.tags) or 0
            score = (is_other, is_yanked, False, rank, -parts.build[0], parts.build[1])
        if version.best is None or score < version.best[0]:
            version.best = (score, file)

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


def _dump(found: ProjectCandidates) -> bytes:
    rows = [
        (
            candidate.version,
            candidate.key,
            file.filename,
            file.url,
            dict(file.hashes),
            file.size,
            file.requires_python,
            dict(file.core_metadata.hashes) if file.core_metadata else None,
            file.yanked,
        )
        for candidate in found.candidates
        for file in (candidate.file,)
    ]
    return marshal.dumps((found.tells, rows), 4)


def _load(index: str, data: bytes) -> ProjectCandidates:
    tells, rows = marshal.loads(data)  # noqa: S302 - our own file
    return ProjectCandidates(index, tuple(_candidate(row) for row in rows), tells)


def _candidate(row: tuple[Any, ...]) -> Candidate:
    version, key, filename, url, hashes, size, requires_python, metadata, yanked = row
    file = ProjectFile(
        filename=filename,
        url=url,
        hashes=hashes,
        size=size,
        requires_python=requires_python,
        core_metadata=MetadataOffer(metadata) if metadata is not None else None,
        yanked=yanked,
    )
    return Candidate(version, key, file)
