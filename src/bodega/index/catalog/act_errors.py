"""Why the catalogue refuses an act on a project or a release."""

from collections.abc import Sequence

from bodega.index.catalog.errors import CatalogError


class ProjectNotOursError(CatalogError):
    """The index has no such project of its own."""

    code = "E-PROJECT-NOT-OURS"

    def __init__(self, project: str, index: str, near: Sequence[str] = ()) -> None:
        why = f"did you mean {' or '.join(near)}?" if near else "only what was published here can be changed"
        super().__init__(f"the index {index} has no project {project!r} of its own", why=why)
        self.project = project
        self.index = index
        self.near = tuple(near)


class ReleaseUnknownError(CatalogError):
    """The project has no such release, or none of its files is left."""

    code = "E-RELEASE-UNKNOWN"

    def __init__(self, project: str, version: str, known: Sequence[str]) -> None:
        why = f"its releases are {_some(known)}" if known else "it has no release"
        super().__init__(f"{project} has no release {version[:80]!r}", why=why)
        self.project = project
        self.version = version


class ReleaseFileNotFoundError(CatalogError):
    """The release has no such file."""

    code = "E-RELEASE-FILE-NOT-FOUND"

    def __init__(self, filename: str, version: str, known: Sequence[str]) -> None:
        super().__init__(
            f"the release {version} has no file {filename[:200]!r}", why=f"its files are {_some(known)}"
        )
        self.filename = filename


class InvalidReasonError(CatalogError):
    """A reason is too long, or holds characters that cannot be printed on a line."""

    code = "E-REASON-INVALID"

    def __init__(self, limit: int) -> None:
        super().__init__(
            "the reason cannot be told to readers", why=f"use up to {limit} printable characters on one line"
        )


class UnknownStatusError(CatalogError):
    """There is no such project status (PEP 792)."""

    code = "E-STATUS-UNKNOWN"

    def __init__(self, status: str, known: Sequence[str]) -> None:
        super().__init__(f"there is no status {status[:80]!r}", why=f"it is one of {', '.join(known)}")
        self.status = status


class PromotionConflictError(CatalogError):
    """A file name of the release was used in the other index for other bytes, or for a file that is gone."""

    code = "E-PROMOTION-CONFLICT"

    def __init__(self, filename: str, to: str, *, gone: bool) -> None:
        before = "a file that was deleted" if gone else "other bytes"
        super().__init__(
            f"nothing was promoted: the index {to} has used the file name {filename} for {before}",
            why="a file name never means other bytes, also after its file is gone",
        )
        self.filename = filename
        self.to = to


class PromotionTargetError(CatalogError):
    """A release is promoted from one index to another."""

    code = "E-PROMOTION-TARGET"

    def __init__(self, index: str) -> None:
        super().__init__(f"the release is in the index {index} already", why="name another one")
        self.index = index


def _some(words: Sequence[str], most: int = 10) -> str:
    shown = ", ".join(words[-most:])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown
