"""From a project page to candidates for a target: each version's best wheel, else its source, newest first.

What exists and is not offered is counted, by reason, so that an explanation can say it.
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
from bodega.installer.locking.held_back import held_back
from bodega.installer.locking.ports import Prepared
from bodega.simple_api.pages import MetadataOffer, ProjectFile

_FORMAT = 5
_NAMED = 3
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
    """The candidates of a project, newest first, and sentences on what is not among them."""

    index: str
    candidates: tuple[Candidate, ...]
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Version:
    """What one version has."""

    text: str
    best: tuple[tuple[bool, bool, bool, int, int, str], ProjectFile] | None = None
    reasons: set[str] = field(default_factory=set)


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
        self._cache = cache
        self._fingerprint = fingerprint_of(target)

    def find(self, name: NormalizedName, page: IndexPage) -> ProjectCandidates:
        """The candidates of a page."""
        kinds = self._control.kinds(name)
        if name in self._hashes:
            kinds = replace(kinds, hashes=self._hashes[name])
        shape = f"{kinds.key}{'p' if self._any_python else ''}"
        key = f"candidates-{_FORMAT}-{shape}-{page.fingerprint}-{self._fingerprint}"
        kept = self._cache.get(key)
        if kept is not None:
            try:
                return _load(page.index, kept)
            except (ValueError, TypeError, EOFError):
                pass
        found = self._from_page(name, page, kinds)
        self._cache.keep(key, _dump(found))
        return found

    def _from_page(self, name: NormalizedName, page: IndexPage, kinds: Kinds) -> ProjectCandidates:
        if page.page.status == "quarantined":
            reason = page.page.status_reason or "no reason given"
            return ProjectCandidates(page.index, (), (f"the project is quarantined: {reason}",))
        versions: dict[VersionKey, _Version] = {}
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
        ordered = sorted(versions, reverse=True)
        candidates = [
            Candidate(versions[version].text, version, found[1])
            for version in ordered
            if (found := versions[version].best)
        ]
        missing = [versions[version] for version in ordered if versions[version].best is None]
        remarks = (*held_back(page.page.hidden, versions), *_remarks(missing, self._target))
        return ProjectCandidates(page.index, tuple(candidates), remarks)

    def _sort_in(self, version: _Version, file: ProjectFile, parts: WheelParts | None, kinds: Kinds) -> None:
        reason = self._reason(file, parts, kinds)
        if reason is not None:
            version.reasons.add(reason)
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


_WHY: Mapping[str, str] = {
    "python": "not for Python {python}",
    "platform": "no wheel for this platform and Python {python}",
    "sdist": "only a source distribution, and only wheels may be chosen",
    "wheel": "only wheels, and only source distributions may be chosen",
    "hash": "no trusted hash",
}


def _remarks(missing: list[_Version], target: Target) -> tuple[str, ...]:
    groups: dict[str, list[str]] = {}
    for version in missing:
        # The reason that is nearest to installing: a wheel that does not fit says more than an sdist.
        reason = next(
            (r for r in ("hash", "wheel", "platform", "sdist", "python") if r in version.reasons), "sdist"
        )
        groups.setdefault(reason, []).append(version.text)
    python = ".".join(target.python.split(".")[:2])
    return tuple(
        f"{_named(versions)} exist{'s' if len(versions) == 1 else ''}: {_WHY[reason].format(python=python)}"
        for reason, versions in groups.items()
    )


def _named(versions: list[str]) -> str:
    if len(versions) <= _NAMED:
        return ", ".join(versions)
    return f"{', '.join(versions[:_NAMED])} and {len(versions) - _NAMED} older"


def fingerprint_of(target: Target) -> str:
    """What changes whenever a target does."""
    text = "\n".join((target.python, *target.tags, *(f"{k}={v}" for k, v in sorted(target.markers.items()))))
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
    return marshal.dumps((rows, found.remarks), 4)


def _load(index: str, data: bytes) -> ProjectCandidates:
    rows, remarks = marshal.loads(data)  # noqa: S302 - our own file
    return ProjectCandidates(index, tuple(_candidate(row) for row in rows), tuple(remarks))


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
