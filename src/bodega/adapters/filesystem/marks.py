"""Marks in a file that every process of an index has mapped into its memory."""

import mmap
import os
import struct
import zlib

from bodega.adapters.filesystem.full_disk import FULL_ERRORS
from bodega.content.blob_store import StorageFullError
from bodega.formats.names import NormalizedName

_NUMBER = struct.Struct("=I")
#: Projects share marks: one that changes makes a few others be looked up again, no more.
_MARKS = 1 << 14
_MOST = 0xFFFFFFFF


class FileMarks:
    """Implements ``index.upstream.marks.Marks`` over a file of 64 KiB, made where it is missing."""

    def __init__(self, path: str) -> None:
        """Map the file; raises StorageFullError where there is no room for it."""
        length = _MARKS * _NUMBER.size
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _allocate(descriptor, length)
                self._map = mmap.mmap(descriptor, length)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno in FULL_ERRORS:
                raise StorageFullError from error
            raise

    def of(self, name: NormalizedName) -> int:
        """The project's mark."""
        number: int = _NUMBER.unpack_from(self._map, _place(name))[0]
        return number

    def move(self, name: NormalizedName) -> int:
        """Change the mark."""
        # Two who move it at once may make one step of it: it has changed for everybody all the same.
        moved = (self.of(name) + 1) & _MOST
        _NUMBER.pack_into(self._map, _place(name), moved)
        return moved


def _allocate(descriptor: int, length: int) -> None:
    """Give the file its blocks: a process that touches a hole when the disk is full is killed (SIGBUS)."""
    size = os.fstat(descriptor).st_size
    if size > length:
        os.ftruncate(descriptor, length)
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(descriptor, 0, length)
    elif size < length:
        os.pwrite(descriptor, bytes(length - size), size)


def _place(name: NormalizedName) -> int:
    return zlib.crc32(name.encode()) % _MARKS * _NUMBER.size
