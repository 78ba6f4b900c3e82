"""What the catalogue tells readers: pages, serials and files as values (PEP 691, 700)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.simple_api.pages import ListedProject, ProjectFile, ProjectPage, Status


class FoundFile(NamedTuple):
    """A file that was published, the project that it is of, and when it was deleted, if it was."""

    project: NormalizedName
    file: ProjectFile
    deleted_at: datetime | None = None


class Standing(NamedTuple):
    """A project's status (PEP 792), and the reason for it."""

    status: Status
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectFacts:
    """A project as its owners see it; ``files`` are the listed ones, oldest first, each with its version."""

    name: NormalizedName
    typed_name: str
    serial: int
    status: Status
    status_reason: str | None
    mixes_upstream: bool
    created_at: datetime
    created_by: str
    files: tuple[tuple[str, ProjectFile], ...]


def other_hashes(md5: str | None, blake2_256: str | None) -> dict[str, str]:
    """The hashes of a published file that no page gives, by their names in the JSON API."""
    if md5 and blake2_256:
        return {"md5": md5, "blake2b_256": blake2_256}
    named = {"md5": md5, "blake2b_256": blake2_256}
    return {algorithm: value for algorithm, value in named.items() if value}


class CatalogViews(Protocol):
    """The projects of one index. Every method may be called from any thread.

    Reads follow writes: once a publishing transaction is committed, in whichever process, the next call
    sees it.
    """

    def project_serial(self, name: NormalizedName) -> int | None:
        """The serial of the project's last change; ``None`` for an unknown one. One indexed look-up."""

    def standing(self, name: NormalizedName) -> Standing | None:
        """The project's status; ``None`` for an unknown one. One indexed look-up."""

    def project_page(self, name: NormalizedName) -> ProjectPage | None:
        """The project's page, files oldest first, with ``serial``; ``None`` for an unknown project.

        These are facts: whether a quarantined project's files are shown is for whoever asks to decide.
        The URL of a file is ``../../files/SHA256/FILENAME``, relative to the page.
        """

    def listed(self, low: str = "", below: str | None = None) -> Iterator[ListedProject]:
        """Projects by normalized name, from ``low`` up to and without ``below``; read when consumed."""

    def changed_since(self, serial: int, most: int) -> Collection[NormalizedName] | None:
        """Projects whose serial is higher, ``most`` of them at most; ``None`` where that is not known."""

    def last_serial(self) -> int:
        """The serial of the last change in any index; 0 before the first."""

    def file(self, digest: Digest, filename: str) -> FoundFile | None:
        """The file of that sha256 and name, deleted or not, its ``url`` as on the project's page."""

    def has_used(self, filename: str) -> bool:
        """Whether the name, or one that means the same file, was ever used in the index. One look-up."""

    def facts(self, name: NormalizedName) -> ProjectFacts | None:
        """What its owners want to know of a project; ``None`` for an unknown one."""
