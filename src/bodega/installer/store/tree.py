"""One unpacked wheel of the store."""

from dataclasses import dataclass

from bodega.content.manifest import FileDigest, Manifest, load_digests, load_manifest
from bodega.installer.store.layout import DIGESTS, FILES, MANIFEST


@dataclass(frozen=True, slots=True)
class Tree:
    """An unpacked, verified wheel: ``path`` is its folder, ``files`` where its content lies."""

    sha256: str
    path: str
    manifest: Manifest

    @property
    def files(self) -> str:
        """The folder that holds the wheel's content."""
        return f"{self.path}/{FILES}"

    def digests(self) -> tuple[FileDigest, ...]:
        """The digest of each file; empty when the document is damaged."""
        try:
            with open(f"{self.path}/{DIGESTS}", "rb") as file:
                return load_digests(file.read()) or ()
        except OSError:
            return ()


def load_tree(sha256: str, path: str) -> Tree | None:
    """The tree in a folder; ``None`` where there is none, or of another format."""
    try:
        with open(f"{path}/{MANIFEST}", "rb") as file:
            manifest = load_manifest(file.read())
    except OSError:
        return None
    return Tree(sha256, path, manifest) if manifest else None
