"""What can go wrong when sources are built."""

from bodega.formats.errors import BodegaError
from bodega.installer.locking.ports import Source


class BuildError(BodegaError):
    """The root of what can go wrong with a build."""

    code = "E-BUILD"


class BuildNotAllowedError(BuildError):
    """Something has to be built, and the setting says that nothing is."""

    code = "E-BUILD-NEVER"

    def __init__(self, source: Source) -> None:
        super().__init__(
            f"{source.filename or source.url} has to be built from source",
            why="BODEGA_BUILD is never, so that no code of a package runs during an install",
        )
        self.source = source
