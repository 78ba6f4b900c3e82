"""The catalogue in memory: the fakes beside ``index.catalog``'s repository and views."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from bodega.adapters.memory.state import KeptProject, MemoryState
from bodega.formats.digests import Digest
from bodega.formats.filename_identity import filename_identity
from bodega.formats.names import NormalizedName, ProjectName
from bodega.formats.versions import parse_version
from bodega.index.catalog.model import (
    ListedFile,
    Project,
    PublishedFile,
)
from bodega.index.catalog.views import FoundFile, ProjectFacts, Standing, other_hashes
from bodega.index.views.model import CLOSED_AFTER_DAYS
from bodega.simple_api.pages import ListedProject, MetadataOffer, ProjectFile, ProjectPage, Status


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

    def claim(self, index: str, name: ProjectName, *, serial: int, at: datetime, by: str) -> Project:
        """Make a project."""
        number = len(self._state.projects) + 1
        project = Project(id=number, index=index, name=name.normalized, typed_name=name.typed, serial=serial)
        self._state.projects[index, name.normalized] = KeptProject(project, at, by)
        return project

    def used_filename(self, index: str, filename: str) -> Digest | None:
        """The digest of the bytes that the name was ever used for."""
        return self._state.filenames.get((index, filename_identity(filename)))

    def has_file(self, project: Project, filename: str) -> bool:
        """Whether a file of exactly that name is listed."""
        kept = self._kept(project)
        return any(file.filename == filename for _, file in kept.files)

    def uses(self, digest: Digest) -> bool:
        """Whether a listed file, what is served beside it, or what is kept of upstreams has those bytes."""
        files = (file for kept in self._state.projects.values() for _, file in kept.files)
        used = any(digest in (file.digest, file.metadata, file.provenance) for file in files)
        return used or digest in self._state.used_elsewhere

    def names(self, index: str) -> Sequence[NormalizedName]:
        """The names of all projects of an index."""
        return [name for of_index, name in self._state.projects if of_index == index]

    def files(self, project: Project) -> Sequence[ListedFile]:
        """The listed files of a project, oldest first."""
        kept = self._kept(project)
        return [ListedFile(version, kept.yanked.get(file.filename), file) for version, file in kept.files]

    def release_begun(self, project: Project, version: str) -> datetime | None:
        """When a release of that version, or of one that is equal to it, got its first file."""
        releases = self._kept(project).releases.items()
        begun = [at for known, at in releases if parse_version(known) == parse_version(version)]
        return min(begun) if begun else None

    def closed_after(self, index: str) -> int | None:
        """Days after which a release of the index takes no new files."""
        definition = self._state.indexes.get(index)
        return CLOSED_AFTER_DAYS if definition is None else definition.closed_after_days

    def add_file(self, project: Project, version: str, file: PublishedFile) -> None:
        """Add a file to a release."""
        kept = self._kept(project)
        kept.files.append((version, file))
        kept.releases.setdefault(version, file.upload_time)
        self._state.filenames[project.index, filename_identity(file.filename)] = file.digest

    def mark(self, project: Project, filename: str, yanked: str | None, *, serial: int, at: datetime) -> None:  # noqa: ARG002 - as the port has it
        """Set a file's mark."""
        marks = self._kept(project).yanked
        marks.pop(filename, None)
        if yanked is not None:
            marks[filename] = yanked

    def delete_file(self, project: Project, filename: str, *, serial: int, at: datetime) -> None:  # noqa: ARG002 - as the port has it
        """Delete a file."""
        kept = self._kept(project)
        kept.deleted += [(file, at) for _, file in kept.files if file.filename == filename]
        kept.files[:] = [(version, file) for version, file in kept.files if file.filename != filename]

    def set_status(self, project: Project, status: Status, reason: str | None) -> None:
        """Set a project's status."""
        kept = self._kept(project)
        kept.project = replace(kept.project, status=status, status_reason=reason)

    def grant_upstream(self, project: Project) -> None:
        """Note that the upstream's namesake may stand beside the project."""
        kept = self._kept(project)
        kept.project = replace(kept.project, mixes_upstream=True)
        self._state.granted.setdefault(project.index, set()).add(project.name)
        self._state.epoch += 1

    def touch(self, project: Project, serial: int) -> None:
        """The project changed at that serial."""
        kept = self._kept(project)
        kept.project = replace(kept.project, serial=serial)

    def _kept(self, project: Project) -> KeptProject:
        return self._state.projects[project.index, project.name]


class MemoryCatalogViews:
    """Implements ``index.catalog.views.CatalogViews`` for one index."""

    def __init__(self, state: MemoryState, index: str) -> None:
        self._state = state
        self._index = index

    def project_serial(self, name: NormalizedName) -> int | None:
        """The serial of the project's last change."""
        kept = self._state.projects.get((self._index, name))
        return kept.project.serial if kept else None

    def standing(self, name: NormalizedName) -> Standing | None:
        """The project's status."""
        kept = self._state.projects.get((self._index, name))
        return Standing(kept.project.status, kept.project.status_reason) if kept else None

    def project_page(self, name: NormalizedName) -> ProjectPage | None:
        """The project's page."""
        kept = self._state.projects.get((self._index, name))
        if kept is None:
            return None
        return ProjectPage(
            name=name,
            files=tuple(_shown(file, kept) for _, file in kept.files),
            versions=tuple(dict.fromkeys(version for version, _ in kept.files)),
            serial=kept.project.serial,
            status=kept.project.status,
            status_reason=kept.project.status_reason,
        )

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects by normalized name."""
        for (index, name), kept in sorted(self._state.projects.items()):
            if index == self._index and low <= name and (below is None or name < below):
                yield ListedProject(name, kept.project.typed_name, kept.project.serial)

    def changed_since(self, serial: int, most: int) -> Collection[NormalizedName]:
        """Projects whose serial is higher."""
        ours = ((name, kept) for (index, name), kept in self._state.projects.items() if index == self._index)
        return [name for name, kept in ours if kept.project.serial > serial][:most]

    def last_serial(self) -> int:
        """The serial of the last change in any index."""
        return self._state.serial

    def file(self, digest: Digest, filename: str) -> FoundFile | None:
        """The file of that sha256 and name, deleted or not."""
        for (index, name), kept in self._state.projects.items():
            if index != self._index:
                continue
            known = [*((file, None) for _, file in kept.files), *kept.deleted]
            for file, deleted_at in known:
                if (file.digest, file.filename) == (digest, filename):
                    return FoundFile(name, _shown(file, kept), deleted_at)
        return None

    def has_used(self, filename: str) -> bool:
        """Whether the name was ever used."""
        return (self._index, filename_identity(filename)) in self._state.filenames

    def facts(self, name: NormalizedName) -> ProjectFacts | None:
        """What its owners want to know of a project."""
        kept = self._state.projects.get((self._index, name))
        if kept is None:
            return None
        return ProjectFacts(
            name=name,
            typed_name=kept.project.typed_name,
            serial=kept.project.serial,
            status=kept.project.status,
            status_reason=kept.project.status_reason,
            mixes_upstream=kept.project.mixes_upstream,
            created_at=kept.created_at,
            created_by=kept.created_by,
            files=tuple((version, _shown(file, kept)) for version, file in kept.files),
        )


def _shown(file: PublishedFile, kept: KeptProject) -> ProjectFile:
    return ProjectFile(
        filename=file.filename,
        url=f"../../files/{file.digest.value}/{file.filename}",
        hashes={"sha256": file.digest.value},
        size=file.size,
        upload_time=file.upload_time,
        requires_python=file.requires_python,
        core_metadata=MetadataOffer({"sha256": file.metadata.value}) if file.metadata else None,
        other_hashes=other_hashes(file.md5, file.blake2_256),
        provenance_sha256=file.provenance.value if file.provenance else None,
        yanked=kept.yanked.get(file.filename),
    )
