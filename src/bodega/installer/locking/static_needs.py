"""Static metadata in a resolution: what it says counts in the place of what index and package say."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bodega.formats.filenames import file_version
from bodega.formats.metadata import CoreMetadata
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, version_key
from bodega.installer.indexes.ports import IndexPage
from bodega.installer.inputs.project_settings import StaticMetadata
from bodega.simple_api.pages import ProjectFile


class StaticNeeds:
    """Static metadata by project; that of one version goes before that of all."""

    def __init__(self, given: Sequence[StaticMetadata]) -> None:
        self._by_name: dict[str, dict[VersionKey | None, StaticMetadata]] = {}
        for one in given:
            key = version_key(one.version) if one.version is not None else None
            self._by_name.setdefault(one.name, {})[key] = one

    def of(self, name: str, key: VersionKey) -> CoreMetadata | None:
        """The metadata of a version of a project, where there is some."""
        if name not in self._by_name:
            return None
        found = self._found(name, key)
        if found is None:
            return None
        return CoreMetadata(
            name=found.name,
            version=found.version or "0",
            requires_dist=found.requires_dist,
            requires_python=found.requires_python,
            provides_extra=found.provides_extra,
        )

    def page(self, name: NormalizedName, page: IndexPage) -> IndexPage:
        """A page whose files are for the Pythons that static metadata says, where it says some."""
        known = self._by_name.get(name, {}).values()
        if all(one.requires_python is None for one in known):
            return page
        files = tuple(self._files(name, page.page.files))
        said = "\n".join(f"{file.filename} {file.requires_python}" for file in files)
        fingerprint = hashlib.sha256(f"{page.fingerprint}\n{said}".encode()).hexdigest()[:32]
        return IndexPage(replace(page.page, files=files), page.index, fingerprint)

    def _files(self, name: NormalizedName, files: Iterable[ProjectFile]) -> Iterable[ProjectFile]:
        for file in files:
            version = file_version(file.filename, name)
            key = version_key(version) if version is not None else None
            found = self._found(name, key) if key is not None else None
            if found is not None and found.requires_python is not None:
                yield replace(file, requires_python=found.requires_python)
            else:
                yield file

    def _found(self, name: str, key: VersionKey) -> StaticMetadata | None:
        known = self._by_name[name]
        return known.get(key) or known.get(None)
