"""Where things lie in a store."""

from collections.abc import Mapping
from dataclasses import dataclass
from os.path import expanduser, join

#: Where a tree's files, manifest and digests are inside its folder.
FILES, MANIFEST, DIGESTS = "files", "manifest", "digests"
#: Between which times, in seconds, the modification times of all files of trees lie (2000 to 2019).
MTIMES = (946_684_800, 946_684_800 + 20 * 365 * 86_400)
#: Nothing is added to a folder of a tree, and nothing taken away.
FOLDER_MODE = 0o555


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a store below its root."""

    root: str

    @property
    def incoming(self) -> str:
        """Downloads on their way."""
        return f"{self.root}/incoming"

    @property
    def staging(self) -> str:
        """Trees on their way."""
        return f"{self.root}/staging"

    @property
    def trees(self) -> str:
        """Unpacked wheels."""
        return f"{self.root}/trees"

    @property
    def wheels(self) -> str:
        """Wheels as they came."""
        return f"{self.root}/wheels"

    @property
    def bytecode(self) -> str:
        """Compiled sources."""
        return f"{self.root}/bytecode"

    @property
    def runnable(self) -> str:
        """Trees with the bytecode of one interpreter, for environments that link to whole packages."""
        return f"{self.root}/runnable"

    @property
    def throwaway(self) -> str:
        """Environments that commands made for themselves."""
        return f"{self.root}/environments"

    @property
    def projects(self) -> str:
        """Which trees belong to which project."""
        return f"{self.root}/projects"

    @property
    def interpreters(self) -> str:
        """What interpreters said about themselves."""
        return f"{self.root}/interpreters"

    @property
    def built(self) -> str:
        """What builds came to, by what went into them; their logs in ``logs``, one lock each in ``locks``."""
        return f"{self.root}/built"

    @property
    def build_environments(self) -> str:
        """Environments in which builds ran, by what is in them."""
        return f"{self.root}/build-environments"

    @property
    def leases(self) -> str:
        """Which processes use the store now."""
        return f"{self.root}/leases"

    @property
    def roots(self) -> str:
        """Which environments were made from it."""
        return f"{self.root}/roots"

    def tree(self, sha256: str) -> str:
        """The folder of one tree."""
        return f"{self.root}/trees/{sha256}"

    def wheel(self, sha256: str) -> str:
        """The file of one kept wheel."""
        return f"{self.root}/wheels/{sha256}.whl"

    def folders(self) -> tuple[str, ...]:
        """Every folder that a store has from the start."""
        return (
            self.incoming,
            self.staging,
            self.trees,
            self.wheels,
            self.bytecode,
            f"{self.bytecode}/requests",
            self.projects,
            self.interpreters,
        )


def default_root(environ: Mapping[str, str]) -> str:
    """The store's folder: ``BODEGA_STORE``, else below the user's cache folder."""
    if environ.get("BODEGA_STORE"):
        return environ["BODEGA_STORE"]
    return join(environ.get("XDG_CACHE_HOME") or expanduser("~/.cache"), "bodega", "store")
