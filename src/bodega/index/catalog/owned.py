"""What an order is about: a project of our own, the listed files of a release, a reason for readers."""

from collections.abc import Sequence
from difflib import get_close_matches

from bodega.formats.names import NormalizedName
from bodega.formats.versions import parse_version
from bodega.index.catalog.act_errors import (
    InvalidReasonError,
    ProjectNotOursError,
    ReleaseFileNotFoundError,
    ReleaseUnknownError,
)
from bodega.index.catalog.model import ListedFile, Project
from bodega.index.catalog.ports import CatalogRepository

LONGEST_REASON = 500


def owned_project(index: str, name: NormalizedName, catalog: CatalogRepository) -> Project:
    """The project of that name; raises ProjectNotOursError, which names near ones."""
    found = catalog.project(index, name)
    if found is None:
        raise ProjectNotOursError(
            name, index, get_close_matches(name, catalog.names(index), n=2, cutoff=0.75)
        )
    return found


def release_files(
    project: Project, version: str, catalog: CatalogRepository, *, filename: str | None = None
) -> Sequence[ListedFile]:
    """The files of the releases equal to that version (PEP 440: 1.0 is 1.0.0), or the one of that name.

    Raises ReleaseUnknownError, ReleaseFileNotFoundError.
    """
    listed = catalog.files(project)
    wanted = parse_version(version)
    found = [one for one in listed if wanted is not None and parse_version(one.version) == wanted]
    if not found:
        raise ReleaseUnknownError(project.name, version, list(dict.fromkeys(one.version for one in listed)))
    if filename is None:
        return found
    named = [one for one in found if one.file.filename == filename]
    if not named:
        raise ReleaseFileNotFoundError(filename, version, [one.file.filename for one in found])
    return named


def checked_reason(reason: str) -> str:
    """The reason, when it can stand on a page and in a status line; raises InvalidReasonError."""
    if len(reason) > LONGEST_REASON or not reason.isprintable():
        raise InvalidReasonError(LONGEST_REASON)
    return reason.strip()
