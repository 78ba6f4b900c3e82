"""The catalogue in memory: the fakes beside ``index.catalog``'s repository and views."""

from dataclasses import replace
from datetime import datetime

from bodega.adapters.memory.state import KeptProject, MemoryState
from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName, ProjectName
from bodega.index.catalog.model import Project, PublishedFile, filename_identity
from bodega.index.catalog.views import FoundFile, other_hashes
from bodega.simple_api.pages import MetadataOffer, ProjectFile, ProjectList, ProjectPage


class MemoryCatalog:
    """Implements ``index.catalog.ports.CatalogRepository``."""

    def __init__(self, state: MemoryState) -> None:
        self._state = state

    def next_serial(self) -> int:
        """Count the catalogue's serial up."""
        self._state.serial += 1
        return self._state.serial

    def project(self, index: str, name: NormalizedName) -> Project | None:
        """The project of that name."""
        kept = self._state.projects.get((index, name))
        return kept.project if kept else None

    def claim(self, index: str, name: ProjectName, *, serial: int, at: datetime, by: str) -> Project:  # noqa: ARG002 - as the port has it
        """Make a project."""
        number = len(self._state.projects) + 1
        project = Project(id=number, index=index, name=name.normalized, serial=serial)
        self._state.projects[index, name.normalized] = KeptProject(project, name.typed)
        return project

    def used_filename(self, index: str, filename: str) -> Digest | None:
        """The digest of the bytes that the name was ever used for."""
        return self._state.filenames.get((index, filename_identity(filename)))

    def has_file(self, project: Project, filename: str) -> bool:
        """Whether a file of exactly that name is listed."""
        kept = self._state.projects[project.index, project.name]
        return any(file.filename == filename for _, file in kept.files)

    def uses(self, digest: Digest) -> bool:
        """Whether a file, or its core metadata, is of those bytes."""
        files = (file for kept in self._state.projects.values() for _, file in kept.files)
        return any(digest in (file.digest, file.metadata) for file in files)

    def add_file(self, project: Project, version: str, file: PublishedFile) -> None:
        """Add a file to a release."""
        self._state.projects[project.index, project.name].files.append((version, file))
        self._state.filenames[project.index, filename_identity(file.filename)] = file.digest

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""
        kept = self._state.projects[project.index, project.name]
        kept.project = replace(kept.project, serial=serial)


class MemoryCatalogViews:
    """Implements ``index.catalog.views.CatalogViews`` for one index."""

    def __init__(self, state: MemoryState, index: str) -> None:
        self._state = state
        self._index = index

    def project_serial(self, name: NormalizedName) -> int | None:
        """The serial of the project's last change."""
        kept = self._state.projects.get((self._index, name))
        return kept.project.serial if kept else None

    def project_page(self, name: NormalizedName) -> ProjectPage | None:
        """The project's page."""
        kept = self._state.projects.get((self._index, name))
        if kept is None:
            return None
        return ProjectPage(
            name=name,
            files=tuple(_shown(file) for _, file in kept.files),
            versions=tuple(dict.fromkeys(version for version, _ in kept.files)),
            serial=kept.project.serial,
            status=kept.project.status,
            status_reason=kept.project.status_reason,
        )

    def project_list(self) -> ProjectList:
        """Every project as its owner typed it."""
        ours = sorted(
            (name, kept) for (index, name), kept in self._state.projects.items() if index == self._index
        )
        serials: dict[str, int] = {kept.typed: kept.project.serial for _, kept in ours}
        return ProjectList(tuple(kept.typed for _, kept in ours), self._state.serial, serials)

    def last_serial(self) -> int:
        """The serial of the last change in any index."""
        return self._state.serial

    def file(self, digest: Digest, filename: str) -> FoundFile | None:
        """The published file of that sha256 and name."""
        for (index, name), kept in self._state.projects.items():
            for _, file in kept.files:
                if index == self._index and (file.digest, file.filename) == (digest, filename):
                    return FoundFile(name, _shown(file))
        return None


def _shown(file: PublishedFile) -> ProjectFile:
    return ProjectFile(
        filename=file.filename,
        url=f"../../files/{file.digest.value}/{file.filename}",
        hashes={"sha256": file.digest.value},
        size=file.size,
        upload_time=file.upload_time,
        requires_python=file.requires_python,
        core_metadata=MetadataOffer({"sha256": file.metadata.value}) if file.metadata else None,
        other_hashes=other_hashes(file.md5, file.blake2_256),
    )
