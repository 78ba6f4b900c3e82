"""Where staged files and folders go: whole folders where nothing is, else file by file."""

import os
from collections.abc import Collection, Iterable, Iterator

from bodega.installer.environments.errors import FileOwnedError
from bodega.installer.environments.installed import Installed
from bodega.installer.environments.places import Places, joined
from bodega.installer.environments.removing import owner_of
from bodega.installer.environments.staging import Staging, same_content


def arriving(
    places: Places, staging: Staging, going: Collection[str], kept: Iterable[Installed]
) -> Iterator[str]:
    """The paths below the root that are to be moved in from the staging folder.

    A .pyc that is in the way is given too: it is replaced. A file that is there with the same content
    stays. Raises FileOwnedError for any other that is there and does not go.
    """
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        present = os.listdir(joined(places.root, folder) if folder else places.root)
        there = {name for name in present if joined(folder, name) not in going}
        for entry in list(os.scandir(joined(staging.folder, folder) if folder else staging.folder)):
            path = joined(folder, entry.name)
            if places.is_own(path):
                raise FileOwnedError(path, wanted_by=staging.owner(path), owner="the environment itself")
            if entry.name not in there:
                yield path
            elif entry.is_dir(follow_symlinks=False) and _is_folder(f"{places.root}/{path}"):
                waiting.append(path)
            elif path.endswith(".pyc") and "/__pycache__/" in path:
                yield path
            elif entry.is_dir() or not same_content(entry.path, f"{places.root}/{path}"):
                owner = owner_of(places, path, kept)
                raise FileOwnedError(path, wanted_by=staging.owner(path), owner=owner.name if owner else None)


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
