"""Where one process builds trees: its own folder under a lock, cleared by the next process if it dies."""

import os
import time

from bodega.installer.store.locks import try_lock

#: A download that nobody touched for this long, in seconds, is left over.
STALE_DOWNLOAD = 24 * 3600.0
_BEING_MADE = 1.0


class StagingArea:
    """A folder for this process alone. Folders of trees are made inside; ``close`` removes what is left."""

    def __init__(self, staging: str) -> None:
        self._lock: int | None = None
        while self._lock is None:
            self.path = f"{staging}/{os.getpid()}-{os.urandom(4).hex()}"
            os.mkdir(self.path, 0o700)
            try:
                self._lock = try_lock(self.path + "/lock")
            except FileNotFoundError:
                continue  # another process took it for left over, in the moment before the lock

    def folder(self) -> str:
        """A new empty folder."""
        path = f"{self.path}/{os.urandom(8).hex()}"
        os.mkdir(path, 0o755)
        return path

    def close(self) -> None:
        """Remove the folder and let go of the lock."""
        if self._lock is not None:
            remove_tree(self.path)
            os.close(self._lock)
            self._lock = None


def clear_left_over(staging: str, incoming: str) -> None:
    """Remove what dead processes left: staging folders nobody holds, downloads nobody touched for a day."""
    for entry in os.scandir(staging):
        _clear_if_dead(entry)
    for entry in os.scandir(incoming):
        if time.time() - _mtime(entry) > STALE_DOWNLOAD:
            remove_tree(entry.path)


def _clear_if_dead(entry: "os.DirEntry[str]") -> None:
    if time.time() - _mtime(entry) < _BEING_MADE:
        return
    try:
        lock = try_lock(entry.path + "/lock")
    except (FileNotFoundError, NotADirectoryError):
        return
    if lock is not None:
        remove_tree(entry.path)
        os.close(lock)


def remove_tree(path: str) -> None:
    """Remove a folder, read-only folders in it included, or a file; one that is not there is fine."""
    import shutil  # noqa: PLC0415 - dear to import

    try:
        shutil.rmtree(path)
    except NotADirectoryError:
        os.unlink(path)
    except FileNotFoundError:
        return
    except PermissionError:
        for folder, _, _ in os.walk(path):
            os.chmod(folder, 0o700)
        shutil.rmtree(path, ignore_errors=True)


def _mtime(entry: "os.DirEntry[str]") -> float:
    try:
        return entry.stat(follow_symlinks=False).st_mtime
    except FileNotFoundError:
        return 0.0
