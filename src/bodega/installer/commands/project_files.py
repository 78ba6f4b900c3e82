"""The files of a project are replaced together: all are written beside, then renamed one after the other.

A process that is killed leaves each file whole, old or new; pyproject.toml goes first, so that what was meant
stands there, and `bodega lock` brings the lock after it.
"""

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bodega.formats.errors import BodegaError


class ChangedMeanwhileError(BodegaError):
    """A file is not what it was when the command began."""

    code = "E-PROJECT-CHANGED"

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} was changed meanwhile", why="what was worked out is for what stood there before"
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file's path, its text before (``None``: it was not there) and after, line ends included."""

    path: str
    before: str | None
    after: str


@contextlib.contextmanager
def prepared(files: Sequence[NewFile], *, dry_run: bool = False) -> Iterator[list[str]]:
    """Write files beside where they go, for the block to look at; behind it all are put in place.

    Nothing is where the block raises, nor in a dry run. Files that do not change are left alone.
    Raises ChangedMeanwhileError, OSError.
    """
    parts = [f"{os.path.realpath(file.path)}.{os.getpid()}.part" for file in files]
    try:
        for file, part in zip(files, parts, strict=True):
            _write(part, file)
        yield parts
        for file in () if dry_run else files:
            if text_of(file.path) != file.before:
                raise ChangedMeanwhileError(os.path.relpath(file.path))
        for file, part in zip(files, parts, strict=True):
            if file.before != file.after and not dry_run:
                os.replace(part, os.path.realpath(file.path))
    finally:
        for part in parts:
            with contextlib.suppress(OSError):
                os.unlink(part)


def _write(part: str, file: NewFile) -> None:
    with open(part, "w", encoding="utf-8", newline="") as opened:
        opened.write(file.after)
        opened.flush()
        os.fsync(opened.fileno())
    with contextlib.suppress(OSError):
        os.chmod(part, os.stat(file.path).st_mode & 0o777)


def text_of(path: str) -> str | None:
    """What is in a file, line ends included; ``None`` where it is not there. Raises OSError."""
    try:
        with open(path, encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
