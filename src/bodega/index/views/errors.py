"""What a reader asked for and the view does not have."""

from datetime import datetime

from bodega.formats.errors import BodegaError


class ProjectNotFoundError(BodegaError):
    """No such project in this index, nor in its upstream."""

    code = "E-PROJECT-NOT-FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no project {name!r} in this index")
        self.name = name


class ProjectUnknownThenError(BodegaError):
    """Nothing of the project had been seen at that moment."""

    code = "E-PROJECT-NOT-FOUND-THEN"

    def __init__(self, name: str, index: str, serial: int, why: str) -> None:
        super().__init__(f"there was no project {name!r} in the index {index} at serial {serial}", why=why)
        self.name = name


class FileNotFoundHereError(BodegaError):
    """No such file in this index."""

    code = "E-FILE-NOT-FOUND"

    def __init__(self, filename: str) -> None:
        super().__init__(f"there is no file {filename!r} of that digest in this index")
        self.filename = filename


class FileGoneError(BodegaError):
    """The file was deleted by its owners."""

    code = "E-FILE-GONE"

    def __init__(self, filename: str, at: datetime) -> None:
        super().__init__(
            f"{filename} was deleted on {at:%Y-%m-%d}", why="its name is not used for other bytes"
        )
        self.filename = filename


class MetadataNotFoundError(BodegaError):
    """The file has no core metadata to be served apart: it is not a wheel."""

    code = "E-METADATA-NOT-FOUND"

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename} has no core metadata that is served apart", why="only wheels have")
        self.filename = filename


class ProvenanceNotFoundError(BodegaError):
    """The file came without attestations."""

    code = "E-PROVENANCE-NOT-FOUND"

    def __init__(self, filename: str) -> None:
        super().__init__(f"{filename[:200]} came without attestations")
        self.filename = filename


class ReleaseNotFoundError(BodegaError):
    """The project has no release of that version, or none at all."""

    code = "E-RELEASE-NOT-FOUND"

    def __init__(self, name: str, version: str | None) -> None:
        what = f"release {version[:100]!r}" if version is not None else "release"
        super().__init__(f"the project {name!r} has no {what} in this index")
        self.name = name
        self.version = version


class IndexNotFoundError(BodegaError):
    """There is no index of that name here."""

    code = "E-INDEX-NOT-FOUND"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no index {name[:100]!r} here")
        self.name = name


class IndexReadOnlyError(BodegaError):
    """The index takes no uploads."""

    code = "E-INDEX-READ-ONLY"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the index {name} takes no uploads", why="it shows what lies in a folder, or what once was"
        )
        self.name = name


class InvalidIndexNameError(BodegaError):
    """The text cannot name an index."""

    code = "E-NAME-INDEX-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text[:100]!r} cannot name an index",
            why="use 1 to 64 small letters, digits and dashes, with no dash at either end",
        )
        self.text = text


class IndexExistsError(BodegaError):
    """An index has that name already."""

    code = "E-VIEW-INDEX-EXISTS"

    def __init__(self, name: str) -> None:
        super().__init__(f"there is an index {name!r} already")
        self.name = name


class IndexCircularError(BodegaError):
    """An index cannot be its own base."""

    code = "E-VIEW-INDEX-CIRCULAR"

    def __init__(self, name: str) -> None:
        super().__init__(f"the index {name!r} cannot be its own base")
        self.name = name


class PrivateBaseError(BodegaError):
    """An index that everybody reads would show what is private."""

    code = "E-VIEW-PRIVATE-BASE"

    def __init__(self, name: str, base: str) -> None:
        super().__init__(
            f"the index {name!r} cannot be based on {base!r} unless it is private too",
            why=f"{base!r} is private, and everybody could read it through {name!r}; add --private",
        )
        self.name = name
        self.base = base


class IndexInUseError(BodegaError):
    """The index is needed."""

    code = "E-VIEW-INDEX-IN-USE"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the index {name!r} cannot be deleted", why=why)
        self.name = name


class IndexNotEmptyError(BodegaError):
    """The index has projects of its own."""

    code = "E-VIEW-INDEX-NOT-EMPTY"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the index {name!r} cannot be deleted",
            why="it has projects of its own, whose file names must stay used",
        )
        self.name = name
