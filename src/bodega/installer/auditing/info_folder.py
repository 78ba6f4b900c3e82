"""What a distribution says of itself in files: its ``.dist-info`` folder, looked at without leaving it.

Names come from listing the folder, never from a document inside: whatever a distribution claims, nothing
outside of it is read. Links are not followed.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

_MOST_FILES = 2000
_DEEPEST = 8
MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class InfoFolder:
    """A ``.dist-info`` folder on this machine."""

    path: str

    def names(self) -> list[str]:
        """The regular files below it, relative, sorted, ``/`` between; links and all else are left out."""
        found = []
        for name in self._walk("", 0):
            found.append(name)
            if len(found) >= _MOST_FILES:
                break
        return sorted(found)

    def read(self, name: str) -> bytes | None:
        """A file of ``names``; ``None`` where it cannot be read, or is larger than any such file is."""
        try:
            handle = os.open(f"{self.path}/{name}", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                return None
            with os.fdopen(handle, "rb", closefd=False) as file:
                data = file.read(MOST_BYTES + 1)
        except OSError:
            return None
        finally:
            os.close(handle)
        return data if len(data) <= MOST_BYTES else None

    def _walk(self, below: str, depth: int) -> Iterator[str]:
        if depth > _DEEPEST:
            return
        try:
            entries = sorted(os.scandir(f"{self.path}/{below}"), key=lambda one: one.name)
        except OSError:
            return
        for entry in entries:
            name = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(f"{name}/", depth + 1)
            elif entry.is_file(follow_symlinks=False):
                yield name


def info_folder_in(site: str) -> InfoFolder | None:
    """The one ``.dist-info`` folder of an unpacked wheel."""
    try:
        names = [one for one in os.listdir(site) if one.endswith(".dist-info")]
    except OSError:
        return None
    return InfoFolder(f"{site}/{names[0]}") if len(names) == 1 else None
