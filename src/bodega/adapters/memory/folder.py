"""A folder in memory: the fake beside ``index.views.folder_files``."""

from collections.abc import Mapping, Sequence

from bodega.formats.digests import Digest
from bodega.formats.names import NormalizedName
from bodega.index.views.errors import FileNotFoundHereError
from bodega.index.views.folder_files import FolderFile


class MemoryFolder:
    """Implements ``FolderFiles``; ``put`` and ``take`` change it."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[FolderFile, bytes]] = {}
        self._projects: dict[NormalizedName, tuple[FolderFile, ...]] = {}

    def put(self, file: FolderFile, document: bytes = b"") -> None:
        """Lay a file there, with its core metadata."""
        self._files[file.filename] = (file, document)
        self._renew()

    def take(self, filename: str) -> None:
        """Take a file away."""
        del self._files[filename]
        self._renew()

    def names(self) -> Mapping[NormalizedName, str]:
        """Every project, as its owner typed it."""
        return {name: files[-1].typed for name, files in self._projects.items()}

    def state(self) -> str:
        """Changes with ``names``."""
        return repr(sorted(self.names().items()))

    def project(self, name: NormalizedName) -> Sequence[FolderFile]:
        """The files of a project."""
        return self._projects.get(name, ())

    def file(self, digest: Digest, filename: str) -> FolderFile | None:
        """The file of that sha256 and name."""
        found = self._files.get(filename)
        return found[0] if found is not None and found[0].digest == digest else None

    def document(self, file: FolderFile) -> bytes:
        """The core metadata of a wheel."""
        if self.file(file.digest, file.filename) is None:
            raise FileNotFoundHereError(file.filename)
        return self._files[file.filename][1]

    def _renew(self) -> None:
        found: dict[NormalizedName, tuple[FolderFile, ...]] = {}
        for _, (file, _document) in sorted(self._files.items()):
            found[file.project] = (*found.get(file.project, ()), file)
        before = self._projects
        self._projects = {
            name: kept if (kept := before.get(name)) == files else files for name, files in found.items()
        }
