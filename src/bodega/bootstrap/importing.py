"""Wiring of ``import dir``: files below a folder into an index, several at a time."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from bodega.adapters.filesystem.distribution_files import DistributionFile, distribution_files, pieces_of
from bodega.bootstrap.catalog import CatalogHalf
from bodega.content.blob_store import StorageFullError
from bodega.formats.errors import BodegaError
from bodega.index.catalog.imports import Incoming, Taken
from bodega.index.views.errors import IndexNotFoundError

#: Files read ahead of the oldest one that is not done yet.
_AHEAD = 32


class ImportFolderError(BodegaError):
    """The folder to be imported cannot be read."""

    code = "E-IMPORT-FOLDER"

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the folder {path} cannot be imported", why=reason)
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file: ``taken`` is ``None`` for one that was refused with an error."""

    path: str
    filename: str
    taken: Taken | None = None
    error: BodegaError | None = None


def import_folder(catalog: CatalogHalf, path: str, index: str, by: str) -> Iterator[Imported]:
    """Take every wheel and sdist at or below a folder into an index, in the order of their paths.

    Raises IndexNotFoundError, ImportFolderError, and StorageFullError where nothing more can be kept; what
    was taken in before stays.
    """
    if index not in catalog.index_definitions():
        raise IndexNotFoundError(index)
    importing = catalog.importing(index, by)

    def take(file: DistributionFile) -> Imported:
        try:
            taken = importing.take(Incoming(file.filename, lambda: pieces_of(file.path)))
        except StorageFullError:
            raise
        except BodegaError as error:
            return Imported(file.path, file.filename, error=error)
        return Imported(file.path, file.filename, taken=taken)

    yield from _several(take, _found(path))


def _found(path: str) -> Iterator[DistributionFile]:
    try:
        yield from distribution_files(path)
    except OSError as error:
        raise ImportFolderError(path, error.strerror or str(error)) from error


def _several(
    take: Callable[[DistributionFile], Imported], files: Iterable[DistributionFile]
) -> Iterator[Imported]:
    """Results in the order of the files, a few of which are under way at a time."""
    waiting: deque[Future[Imported]] = deque()
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1), thread_name_prefix="import") as pool:
        try:
            for file in files:
                waiting.append(pool.submit(take, file))
                if len(waiting) > _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
