"""Wheels and sdists below a folder, without any way out of it."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

_ENDINGS = (".whl", ".tar.gz")
#: Folders within folders beyond which nothing is looked for.
MOST_LEVELS = 64
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class DistributionFile:
    """A file that is called a wheel or an sdist, and what tells whether it is still the same."""

    path: str
    filename: str
    size: int
    modified_ns: int
    inode: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Listing:
    """What one folder holds: distributions and folders to look into, by name."""

    files: tuple[DistributionFile, ...]
    folders: tuple[str, ...]


def list_folder(path: str, root: str) -> Listing:
    """The content of one folder at or below ``root``, which is a real path. Raises OSError.

    Folders that are links are not looked into, nor are hidden ones; a file that is a link counts where it
    leads to one below the root.
    """
    files: list[DistributionFile] = []
    folders: list[str] = []
    with os.scandir(path) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    folders.append(entry.path)
            elif entry.name.endswith(_ENDINGS) and (found := file_at(entry.path, root)) is not None:
                files.append(found)
    return Listing(tuple(files), tuple(folders))


def file_at(path: str, root: str) -> DistributionFile | None:
    """The plain file at a path, itself or what it links to, if that is below the root."""
    try:
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode):
            real = os.path.realpath(path, strict=True)
            if os.path.commonpath((real, root)) != root:
                return None
            found = os.lstat(real)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return DistributionFile(
        path, os.path.basename(path), found.st_size, found.st_mtime_ns, (found.st_dev, found.st_ino)
    )


def distribution_files(root: str) -> Iterator[DistributionFile]:
    """Every distribution at or below a folder, folder by folder. Raises OSError for the root alone."""
    root = os.path.realpath(root)
    yield from _below(root, root, MOST_LEVELS, is_root=True)


def _below(path: str, root: str, levels: int, *, is_root: bool = False) -> Iterator[DistributionFile]:
    try:
        listing = list_folder(path, root)
    except OSError:
        if is_root:
            raise
        return
    yield from listing.files
    for folder in listing.folders if levels else ():
        yield from _below(folder, root, levels - 1)


def pieces_of(path: str) -> Iterator[bytes]:
    """The bytes of a file, in pieces of at most 1 MiB. Raises OSError."""
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            yield piece
