"""What a reader asked for and the view does not have."""

from bodega.formats.errors import BodegaError


class ProjectNotFoundError(BodegaError):
    """No such project in this index, nor in its upstream."""

    code = "E-PROJECT-NOT-FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no project {name!r} in this index")
        self.name = name


class FileNotFoundHereError(BodegaError):
    """No such file in this index."""

    code = "E-FILE-NOT-FOUND"

    def __init__(self, filename: str) -> None:
        super().__init__(f"there is no file {filename!r} of that digest in this index")
        self.filename = filename


class MetadataNotFoundError(BodegaError):
    """The file has no core metadata to be served apart: it is not a wheel."""

    code = "E-METADATA-NOT-FOUND"

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} has no core metadata that is served apart", why="only wheels have")
        self.filename = filename


class ReleaseNotFoundError(BodegaError):
    """The project has no release of that version, or none at all."""

    code = "E-RELEASE-NOT-FOUND"

    def __init__(self, name: str, version: str | None) -> None:
        what = f"release {version[:100]!r}" if version is not None else "release"
        super().__init__(f"the project {name!r} has no {what} in this index")
        self.name = name
        self.version = version
