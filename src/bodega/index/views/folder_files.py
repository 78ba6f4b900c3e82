"""The port of a served folder: the wheels and sdists that lie in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderFile:
    """A file of a folder as it was when it was read. ``typed`` is its project's name in full."""

    project: NormalizedName
    typed: str
    version: str
    filename: str
    digest: Digest
    size: int
    modified: datetime
    requires_python: str | None
    metadata: Digest | None


class FolderFiles(Protocol):
    """What lies in a folder. Changes are seen within a second. Every method is quick, from any thread."""

    def names(self) -> Mapping[NormalizedName, str]:
        """Every project, as its owner typed it."""

    def state(self) -> str:
        """Changes with ``names``."""

    def project(self, name: NormalizedName) -> Sequence[FolderFile]:
        """The files of a project that are there; the same object while they are the same."""

    def file(self, digest: Digest, filename: str) -> FolderFile | None:
        """The file of that sha256 and name, if it is there, unchanged."""

    def document(self, file: FolderFile) -> bytes:
        """The core metadata of a wheel; raises WheelError, FileNotFoundHereError. May wait for the disk."""
