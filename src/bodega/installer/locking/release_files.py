"""All files of a version, as a lock lists them: found on the project's page once, and kept by themselves."""

import marshal
from collections.abc import Mapping, Sequence

from bodega.formats.filenames import wheel_parts
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, version_key
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.locking.best_files import Release, releases_of
from bodega.installer.locking.computed_cache import ComputedCache
from bodega.installer.locking.file_rows import file_of, row_of
from bodega.simple_api.listed_files import columns_of_files
from bodega.simple_api.pages import ProjectFile

_FORMAT = 1


class ReleaseFiles:
    """The files of each version of a page."""

    def __init__(self, name: NormalizedName, page: IndexPage, cache: ComputedCache) -> None:
        self._name = name
        self._page = page
        self._cache = cache
        self._releases: Mapping[VersionKey, Release] | None = None

    def learn(self, releases: Mapping[VersionKey, Release]) -> None:
        """Know the versions of the page without looking for them."""
        self._releases = releases

    def of(self, version: str) -> Sequence[ProjectFile]:
        """The files of a version, normalized, in the order of their names; may raise what parsing raises."""
        key = f"release-{_FORMAT}-{self._page.fingerprint}-{version}"
        kept = self._cache.get(key)
        if kept is not None:
            try:
                return [file_of(row) for row in marshal.loads(kept)]  # noqa: S302 - our own file
            except (ValueError, TypeError, EOFError):
                pass
        files = self._listed(version)
        self._cache.keep(key, marshal.dumps([row_of(file) for file in files], 4))
        return files

    def _listed(self, version: str) -> list[ProjectFile]:
        files = self._page.page.files
        if self._releases is None:
            self._releases = releases_of(self._name, columns_of_files(files).filenames)
        release = self._releases.get(version_key(version) or ())
        numbers = [number for number, _ in release.files] if release is not None else []
        found = [files[number] for number in numbers]
        # What ends as a wheel and is not named as one is no file of the version.
        found = [one for one in found if not one.filename.endswith(".whl") or wheel_parts(one.filename)]
        return sorted(found, key=lambda file: file.filename)
