"""The releases of a page: which file is of which version, which one is shown (PEP 440, 592)."""

from collections.abc import Iterable
from dataclasses import dataclass

from packaging.utils import canonicalize_version

from bodega.formats.filenames import file_version
from bodega.formats.names import normalize
from bodega.formats.versions import parse_version
from bodega.simple_api.pages import ProjectFile, ProjectPage


@dataclass(frozen=True, slots=True)
class Release:
    """A version, as the page writes it, and its files in the order of the page."""

    version: str
    files: tuple[ProjectFile, ...]

    @property
    def is_yanked(self) -> bool:
        """Whether every file is yanked; never for a release without files."""
        return bool(self.files) and all(file.yanked is not None for file in self.files)

    @property
    def yanked_reason(self) -> str | None:
        """The first reason given, where the release is yanked."""
        reasons = (file.yanked for file in self.files if file.yanked)
        return next(reasons, None) if self.is_yanked else None


def releases(page: ProjectPage) -> tuple[Release, ...]:
    """The releases of a page, lowest version first; a file of no version that can be told is of none."""
    spelled = {_key(version): version for version in page.versions}
    files: dict[str, list[ProjectFile]] = {key: [] for key in spelled}
    for file in page.files:
        version = file_version(file.filename, page.name) or _listed_version(file.filename, page)
        if version is not None:
            key = _key(version)
            spelled.setdefault(key, version)
            files.setdefault(key, []).append(file)
    made = (Release(version, tuple(files[key])) for key, version in spelled.items())
    return tuple(sorted(made, key=_order))


def newest(found: Iterable[Release]) -> Release | None:
    """The release that a reader is shown who names none: unyanked before yanked, final before pre-release."""
    return max(found, key=_precedence, default=None)


def of_version(found: Iterable[Release], version: str) -> Release | None:
    """The release of that version, however it is spelled."""
    key = _key(version)
    return next((release for release in found if _key(release.version) == key), None)


def _listed_version(filename: str, page: ProjectPage) -> str | None:
    """The version of the page that an installer of old (.exe, .msi, .rpm) has behind the project's name."""
    for at, character in enumerate(filename):
        if character == "-" and normalize(filename[:at]) == page.name:
            rest = filename[at + 1 :]
            fitting = (one for one in page.versions if rest.startswith((f"{one}.", f"{one}-")))
            return max(fitting, key=len, default=None)
    return None


def _key(version: str) -> str:
    """What 1.0 and 1.0.0 share."""
    return version if parse_version(version) is None else canonicalize_version(version)


def _order(release: Release) -> tuple[object, ...]:
    parsed = parse_version(release.version)
    # What is no version is older than all that are, as it always was.
    return (0, release.version) if parsed is None else (1, parsed)


def _precedence(release: Release) -> tuple[object, ...]:
    parsed = parse_version(release.version)
    is_final = parsed is not None and not parsed.is_prerelease
    return (bool(release.files), not release.is_yanked, is_final, *_order(release))
