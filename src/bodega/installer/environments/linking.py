"""Put the files of a store's tree into a folder: by hardlink, clone or copy."""

import errno
import os
import sys
from collections.abc import Iterable
from typing import Literal

LinkMode = Literal["auto", "clone", "hardlink", "copy", "linked"]
_FICLONE = 0x40049409
_NOT_LINKABLE = frozenset({errno.EXDEV, errno.EMLINK, errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP})


class Linker:
    """Links files in one mode; ``auto`` is hardlinks, and copies where those are not possible.

    In the mode ``linked`` whole packages are links (``linked.py``), and what cannot be is as with ``auto``.
    ``linked`` and ``copied`` count files.
    """

    def __init__(self, mode: LinkMode) -> None:
        self._mode = mode
        self.links_packages = mode == "linked"
        self._copying = mode in ("copy", "clone")
        self.linked = 0
        self.copied = 0

    def folder(self, source: str, target: str, names: Iterable[str]) -> list[str]:
        """Put files of one folder into another; returns the names that were there already."""
        clashes: list[str] = []
        if self._copying:
            for name in names:
                self._copy(f"{source}/{name}", f"{target}/{name}", clashes)
            return clashes
        link, count = os.link, 0
        for name in names:
            try:
                link(f"{source}/{name}", f"{target}/{name}")
                count += 1
            except FileExistsError:
                clashes.append(name)
            except OSError as error:
                if self._mode == "hardlink" or error.errno not in _NOT_LINKABLE:
                    raise
                self._copying = self._copying or error.errno != errno.EMLINK
                self._copy(f"{source}/{name}", f"{target}/{name}", clashes)
        self.linked += count
        return clashes

    def _copy(self, source: str, target: str, clashes: list[str]) -> None:
        if os.path.lexists(target):
            clashes.append(os.path.basename(target))
            return
        copy_file(source, target, clone_only=self._mode == "clone")
        self.copied += 1


def copy_file(source: str, target: str, *, clone_only: bool = False) -> None:
    """Copy a file with its times, so that a .pyc stays valid; by a clone where the file system has them."""
    import shutil  # noqa: PLC0415 - hardlinks do without

    status = os.stat(source)
    with open(source, "rb") as reader:
        mode = 0o755 if status.st_mode & 0o111 else 0o644
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with open(descriptor, "wb") as writer:
            if not _cloned(reader.fileno(), descriptor):
                if clone_only:
                    raise OSError(errno.EOPNOTSUPP, "the file system has no clones", target)
                shutil.copyfileobj(reader, writer, 1 << 20)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _cloned(reader: int, writer: int) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    import fcntl  # noqa: PLC0415 - does not exist on Windows

    try:
        fcntl.ioctl(writer, _FICLONE, reader)
    except OSError:
        return False
    return True
